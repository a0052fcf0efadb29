import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Installation, spawnOptions } from './postgres-binaries.ts'

const POLL_MS = 20
const START_TIMEOUT_MS = 60_000
const STOP_TIMEOUT_MS = 10_000

// A guard outlives the shell that becomes PostgreSQL: when our end of the pipe closes, in whatever way this
// process ended, it asks PostgreSQL for a fast shutdown. Forked twice, as PostgreSQL must not see a child it
// does not know.
const GUARDED =
  'exec 3<&0; ( (cat <&3 >/dev/null; kill -INT $$ 2>/dev/null) & ); exec "$0" "$@" 3<&- </dev/null'

/** What a PostgreSQL server is started with. */
export interface ServerOptions {
  dataDir: string
  port: number
  /** Server settings, as in postgresql.conf. */
  settings?: Record<string, string>
}

/** A running PostgreSQL server. */
export interface ServerProcess {
  pid: number
  /** Ends the server if it runs, and resolves when its process is gone. */
  stop(signal?: 'SIGINT' | 'SIGQUIT' | 'SIGKILL'): Promise<void>
}

/** Starts PostgreSQL on 127.0.0.1 and resolves when it accepts connections; rejects with the end of its log. */
export async function launch(installation: Installation, options: ServerOptions): Promise<ServerProcess> {
  const child = spawnServer(installation, options)
  const exited = once(child, 'exit').then(() => child.stdin?.destroy())
  const pid = child.pid
  if (pid === undefined) throw await exited.catch((error: unknown) => error)
  const stop: ServerProcess['stop'] = (signal = 'SIGINT') => stopServer(child, exited, signal)
  try {
    await untilReady(child, options.dataDir)
  } catch (error) {
    await stop('SIGQUIT')
    throw error
  }
  return { pid, stop }
}

function spawnServer({ postgres, account }: Installation, options: ServerOptions): ChildProcess {
  const log = openSync(logFile(options.dataDir), 'w', 0o600)
  const settings = { listen_addresses: '127.0.0.1', unix_socket_directories: '', ...options.settings }
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const command = [postgres, '-D', options.dataDir, '-p', String(options.port), ...flags]
  // Detached: Ctrl-C in a terminal reaches the whole process group, and PostgreSQL must outlast those who use it.
  const how = {
    ...spawnOptions(account),
    detached: true,
    stdio: ['pipe', log, log] as ['pipe', number, number],
  }
  const child = spawn('sh', ['-c', GUARDED, ...command], how)
  closeSync(log)
  return child
}

async function untilReady(child: ChildProcess, dataDir: string): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS
  while (hasNotExited(child) && Date.now() < deadline) {
    const status = await readPidFile(dataDir)
    if (status.pid === child.pid && status.state === 'ready') return
    await sleep(POLL_MS)
  }
  const log = await readFile(logFile(dataDir), 'utf8').catch(() => '')
  const end = log.trim().split('\n').slice(-5).join('\n')
  throw new Error(`PostgreSQL did not start. The end of its log, ${logFile(dataDir)}:\n${end}`)
}

async function stopServer(
  child: ChildProcess,
  exited: Promise<unknown>,
  signal: NodeJS.Signals,
): Promise<void> {
  if (hasNotExited(child)) child.kill(signal)
  // A backend that hangs must not hang us; its next start recovers what is committed.
  const timer = setTimeout(() => child.kill('SIGQUIT'), STOP_TIMEOUT_MS)
  await exited
  clearTimeout(timer)
}

/** Reads whose process holds a data folder, and whether it accepts connections. */
export async function readPidFile(dataDir: string): Promise<{ pid?: number; state?: string | undefined }> {
  const text = await readFile(join(dataDir, 'postmaster.pid'), 'utf8').catch(() => '')
  const lines = text.split('\n')
  return text ? { pid: Number(lines[0]), state: lines[7]?.trim() } : {}
}

/** Tells whether a process runs; one that has ended and waits for its parent's notice does not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch (error) {
    // It may belong to somebody else: PostgreSQL's own account, where we are root no longer.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false
  }
  return !isZombie(pid)
}

// In a container whose first process reaps nobody, an ended process keeps its number for ever.
function isZombie(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ')
  } catch {
    return false
  }
}

function hasNotExited(child: ChildProcess): boolean {
  return child.exitCode === null && child.signalCode === null
}

function logFile(dataDir: string): string {
  return `${dataDir}.log`
}
