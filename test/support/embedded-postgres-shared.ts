import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { isAlive } from '../../src/demo/postgres-process.ts'
import { claimFolder, serverFolder } from './embedded-postgres-folder.ts'

const START_TIMEOUT_MS = 60_000
const POLL_MS = 20
/** Of the fields in /proc/PID/stat after the name. */
const STARTTIME = 19

/** What the server's keeper writes for the test files. */
export type SharedServer = RunningServer | { error: string }

interface RunningServer {
  url: string
  /** Through a PgBouncer in transaction mode, where `TEST_PGBOUNCER=on` asks for one. */
  pooledUrl: string | null
  template: string
}

/** Gives the server all test files of a run share; the first to come has it started. */
export async function sharedServer(): Promise<RunningServer> {
  const { owner, key } = thisRun()
  const folder = serverFolder(owner, key)
  if (await claimFolder(folder)) spawnKeeper(folder, owner)
  const deadline = Date.now() + START_TIMEOUT_MS
  while (Date.now() < deadline) {
    const answer = await readAnswer(folder)
    if (answer && 'error' in answer) throw new Error(`The shared PostgreSQL did not start: ${answer.error}`)
    if (answer) return answer
    await sleep(POLL_MS)
  }
  throw new Error(
    `The shared PostgreSQL did not start within ${START_TIMEOUT_MS} ms. Delete ${folder} and try again.`,
  )
}

// Under tap the run is tap's process, which started this one. A file run by plain `node` is a run of its own.
function thisRun(): { owner: number; key: string } {
  const owner = process.env.TAP && isAlive(process.ppid) ? process.ppid : process.pid
  return { owner, key: startedAt(owner) }
}

// A process id comes again; together with its start it doesn't. Elsewhere than on Linux the id has to do.
function startedAt(pid: number): string {
  try {
    const [, fields = ''] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')
    return fields.split(' ')[STARTTIME] ?? 'run'
  } catch {
    return 'run'
  }
}

function spawnKeeper(folder: string, owner: number): void {
  const main = fileURLToPath(new URL('./embedded-postgres-keeper.ts', import.meta.url))
  // tap puts its own hooks into NODE_OPTIONS of whatever is spawned; the keeper outlives the run they report to.
  const command = ['-u', 'NODE_OPTIONS', process.execPath, main, folder, String(owner)]
  spawn('env', command, { detached: true, stdio: 'ignore' }).unref()
}

async function readAnswer(folder: string): Promise<SharedServer | undefined> {
  const text = await readFile(join(folder, 'server.json'), 'utf8').catch(() => undefined)
  return text === undefined ? undefined : JSON.parse(text)
}
