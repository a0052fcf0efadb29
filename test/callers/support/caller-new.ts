import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

export interface CommandRun {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs `npm run caller:new`'s program with these words and no environment, save where compiled code is kept. */
export async function callerNew(...args: string[]): Promise<CommandRun> {
  const script = fileURLToPath(new URL('../../../src/caller-new.ts', import.meta.url))
  const { NODE_COMPILE_CACHE = '' } = process.env
  const child = spawn(process.execPath, [script, ...args], {
    env: { NODE_COMPILE_CACHE },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const [stdout, stderr, [exitCode]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number]>,
  ])
  return { exitCode, stdout, stderr }
}
