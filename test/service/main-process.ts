import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type t from 'tap'
import { waitFor } from '../support/wait-for.ts'

type Test = Pick<typeof t, 'teardown'>

/** `src/main.ts` as a process of its own. */
export interface MainProcess {
  readonly child: ChildProcess
  output(): string
  /** Resolves the exit code, or the signal that ended it. */
  readonly ended: Promise<number | string>
  untilLogged(text: string): Promise<unknown>
}

/** Starts it with these settings and no other environment. */
export function startMain(t: Test, env: Record<string, string>): MainProcess {
  const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url))
  const child = spawn(process.execPath, [main], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  child.stdout.on('data', (chunk) => (output += chunk))
  child.stderr.on('data', (chunk) => (output += chunk))
  const ended = new Promise<number | string>((resolve) => {
    child.on('close', (code, signal) => resolve(code ?? signal ?? 'gone'))
  })
  t.teardown(async () => {
    child.kill('SIGKILL')
    await ended
  })
  return {
    child,
    output: () => output,
    ended,
    untilLogged: (text) => waitFor(`"${text}" in the log`, () => output.includes(text)),
  }
}
