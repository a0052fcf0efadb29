import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { join } from 'node:path'
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

  async function untilReady(): Promise<void> {
    const incarnation = incarnations.at(-1)
    if (incarnation === undefined) throw new Error(`${name} was never started`)
    await waitFor(`${name} to be ready`, () => hasEnded(incarnation) || isReady(url), READY_WITHIN_MS)
    incarnation.readyAt ??= Date.now()
  }

  function hasEnded({ endedAt, signal, exitCode }: Incarnation): boolean {
    if (endedAt === null) return false
    if (signal === null) throw new Error(`${name} ended by itself with ${exitCode}; see ${logFile}`)
    return true
  }

  async function end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const incarnation = incarnations.at(-1)
    if (incarnation === undefined || incarnation.endedAt !== null) return
    Object.assign(incarnation, { signalledAt: Date.now(), signal })
    child?.kill(signal)
    await ended
  }

  scope.teardown(() => end('SIGKILL'))
  return { name, url, logFile, incarnations, start, untilReady, end }
}

function newIncarnation(): Incarnation {
  const unknown = { readyAt: null, signalledAt: null, signal: null, endedAt: null, exitCode: null }
  return { startedAt: Date.now(), ...unknown }
}

async function isReady(url: string): Promise<boolean> {
  const answer = await fetch(new URL('/readyz', url)).catch(() => null)
  await answer?.body?.cancel()
  return answer?.status === 200
}
