import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type t from 'tap'
import type { Service } from '../../src/compose.ts'
import { waitFor } from './wait-for.ts'

type Test = Pick<typeof t, 'teardown'>

/** `src/main.ts` as a process of its own. */
export interface MainProcess {
  readonly child: ChildProcess
  output(): string
  /** Resolves the exit code, or the signal that ended it. */
  readonly ended: Promise<number | string>
  untilLogged(text: string): Promise<unknown>
  /** Resolves where it listens, once it does; raises where it ended instead. */
  untilReady(): Promise<Pick<Service, 'internalUrl' | 'publicUrl'>>
  /** Ends it as `kill -9` does, and resolves when it is gone. */
  kill(): Promise<unknown>
}

const READY = 'token-broker is ready'
/** A process of its own compiles everything first, on a machine that may be busy. */
const START_WITHIN_MS = 40_000

/** Starts it with these settings and no other environment, save where compiled code is kept. */
export function startMain(t: Test, env: Record<string, string>): MainProcess {
  const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url))
  const { NODE_COMPILE_CACHE = '' } = process.env
  const child = spawn(process.execPath, [main], {
    env: { NODE_COMPILE_CACHE, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  child.stdout.on('data', (chunk) => (output += chunk))
  child.stderr.on('data', (chunk) => (output += chunk))
  const ended = new Promise<number | string>((resolve) => {
    child.on('close', (code, signal) => resolve(code ?? signal ?? 'gone'))
  })
  const kill = () => {
    child.kill('SIGKILL')
    return ended
  }
  const readReady = () => {
    const line = output
      .split('\n')
      .slice(0, -1)
      .find((line) => line.includes(READY))
    if (line === undefined && child.exitCode !== null) throw new Error(`it ended:\n${output}`)
    return line === undefined ? null : JSON.parse(line)
  }
  t.teardown(kill)
  return {
    child,
    output: () => output,
    ended,
    kill,
    untilReady: () => waitFor(READY, readReady, START_WITHIN_MS),
    untilLogged: (text) => waitFor(`"${text}" in the log`, () => output.includes(text), START_WITHIN_MS),
  }
}
