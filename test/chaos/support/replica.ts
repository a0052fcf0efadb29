import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Scope } from '../../bench/scope.ts'
import { waitFor } from '../../support/wait-for.ts'

/** One process of a replica, from its start to its end, in epoch milliseconds. */
export interface Incarnation {
  readonly startedAt: number
  readyAt: number | null
  /** When it was told to end, or killed. */
  signalledAt: number | null
  signal: 'SIGKILL' | 'SIGTERM' | null
  endedAt: number | null
  exitCode: number | null
  /** The end of its log, where it ended by itself. */
  lastWords: string
}

/** `src/main.ts` at a place of its own, started and ended again and again. */
export interface Replica {
  readonly name: string
  readonly url: string
  readonly logFile: string
  readonly incarnations: readonly Incarnation[]
  /** Starts a process; does not wait for it. */
  start(): void
  /** Resolves once it is ready. */
  untilReady(): Promise<unknown>
  /** Ends it by a signal, and resolves when it is gone. */
  end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>
}

export interface ReplicaOptions {
  readonly name: string
  readonly url: string
  readonly folder: string
  readonly env: Readonly<Record<string, string>>
}

const MAIN = fileURLToPath(new URL('../../../src/main.ts', import.meta.url))
const READY_WITHIN_MS = 60_000
const RESTART_AFTER_MS = 300
/** One that drains for longer has hung: it is killed, and the audit tells of it. */
const ENDS_WITHIN_MS = 40_000

export function createReplica(scope: Scope, { name, url, folder, env }: ReplicaOptions): Replica {
  const incarnations: Incarnation[] = []
  const logFile = join(folder, `${name}.log`)
  let child: ChildProcess | null = null
  let ended: Promise<unknown> = Promise.resolve()

  function start(): void {
    const log = openSync(logFile, 'a')
    const incarnation = newIncarnation()
    incarnations.push(incarnation)
    const process_ = spawn(process.execPath, [MAIN], { env: { ...env }, stdio: ['ignore', log, log] })
    closeSync(log)
    child = process_
    ended = new Promise<void>((resolve) => {
      process_.once('exit', (code) => {
        Object.assign(incarnation, { endedAt: Date.now(), exitCode: code })
        resolve()
      })
    })
  }

  /** One that ends by itself is started again, as an orchestrator would; the audit tells of it. */
  async function untilReady(): Promise<void> {
    await waitFor(`${name} to be ready`, isReadyOrGone, READY_WITHIN_MS)
    const incarnation = incarnations.at(-1)
    if (incarnation?.endedAt === null) incarnation.readyAt ??= Date.now()
  }

  async function isReadyOrGone(): Promise<boolean> {
    const incarnation = incarnations.at(-1)
    if (incarnation === undefined) throw new Error(`${name} was never started`)
    if (incarnation.endedAt === null) return isReady(url)
    if (incarnation.signal !== null) return true
    incarnation.lastWords = readFileSync(logFile, 'utf8').slice(-1_500)
    await sleep(RESTART_AFTER_MS)
    start()
    return false
  }

  async function end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const incarnation = incarnations.at(-1)
    if (incarnation === undefined || incarnation.endedAt !== null) return
    Object.assign(incarnation, { signalledAt: Date.now(), signal })
    child?.kill(signal)
    const overdue = setTimeout(() => child?.kill('SIGKILL'), ENDS_WITHIN_MS)
    await ended
    clearTimeout(overdue)
  }

  scope.teardown(() => end('SIGKILL'))
  return { name, url, logFile, incarnations, start, untilReady, end }
}

function newIncarnation(): Incarnation {
  const unknown = {
    readyAt: null,
    signalledAt: null,
    signal: null,
    endedAt: null,
    exitCode: null,
    lastWords: '',
  }
  return { startedAt: Date.now(), ...unknown }
}

async function isReady(url: string): Promise<boolean> {
  const answer = await fetch(new URL('/readyz', url)).catch(() => null)
  await answer?.body?.cancel()
  return answer?.status === 200
}
