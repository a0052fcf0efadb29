import { execFile } from 'node:child_process'
import { readFile, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { assertPortsUsable } from './ports.ts'
import { findInstallation } from './postgres-binaries.ts'
import { prepareDataDir, reachableDataDir, readPassword } from './postgres-data.ts'
import { isAlive, launch, readPidFile, type ServerOptions } from './postgres-process.ts'

const run = promisify(execFile)
const RELEASE_TIMEOUT_MS = 3_000

/** How the demo wants its PostgreSQL. */
export interface EmbeddedPostgresOptions extends ServerOptions {
  onProgress: (message: string) => void
}

/** A PostgreSQL of our own. */
export interface EmbeddedPostgres {
  url: string
  /** Resolves when no process is left; may be called again. */
  stop(): Promise<void>
}

/** Starts PostgreSQL from node_modules on a data folder it makes or reuses; rejects with a sentence that says what to do. */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { port, onProgress } = options
  const installation = await findInstallation()
  const wanted = resolve(options.dataDir)
  const dataDir = await reachableDataDir(wanted, installation.account)
  if (dataDir !== wanted) onProgress(`PostgreSQL may not enter ${wanted}; its data is kept in ${dataDir}`)
  await untilReleased(dataDir, onProgress)
  await assertPortsUsable({ postgres: port }, ['postgres'])
  onProgress(`PostgreSQL ${installation.major} starts on port ${port}, data in ${dataDir}`)
  await prepareDataDir(dataDir, installation)
  const server = await launch(installation, { ...options, dataDir })
  const url = `postgres://postgres:${await readPassword(dataDir)}@127.0.0.1:${port}/postgres`
  return { url, stop: () => server.stop() }
}

// A demo just ended may still be shutting its PostgreSQL down.
async function untilReleased(dataDir: string, onProgress: (message: string) => void): Promise<void> {
  const deadline = Date.now() + RELEASE_TIMEOUT_MS
  for (let polls = 0; ; polls += 1) {
    const pid = await holderOf(dataDir)
    if (pid === undefined) return
    if (polls === 0)
      onProgress(`Process ${pid}, an earlier PostgreSQL, still uses ${dataDir}; waiting for its end`)
    if (Date.now() > deadline) throw stillHeld(dataDir, pid)
    await sleep(100)
  }
}

async function holderOf(dataDir: string): Promise<number | undefined> {
  const { pid } = await readPidFile(dataDir)
  // Of a dead process's file PostgreSQL itself judges best: it also looks for children the process left.
  if (!pid || !isAlive(pid)) return undefined
  if (await isPostgres(pid)) return pid
  // After a reboot the number can be anybody's, and PostgreSQL would refuse to start.
  await rm(join(dataDir, 'postmaster.pid'), { force: true })
  return undefined
}

async function isPostgres(pid: number): Promise<boolean> {
  // macOS has no /proc; and where there is no `ps` either, better too careful.
  const ps = () => run('ps', ['-p', String(pid), '-o', 'comm=']).then(({ stdout }) => stdout)
  const name = await readFile(`/proc/${pid}/comm`, 'utf8')
    .catch(ps)
    .catch(() => 'postgres')
  return name.includes('postgres')
}

function stillHeld(dataDir: string, pid: number): Error {
  return new Error(
    `A PostgreSQL from an earlier start, process ${pid}, still uses the data folder ${dataDir}. ` +
      `End the demo it belongs to, or end it with "kill -INT ${pid}", then start again.`,
  )
}
