import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

export interface RekeyRun {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

const SCRIPT = fileURLToPath(new URL('../../src/rekey.ts', import.meta.url))

/** Runs `npm run rekey`'s program with this environment and nothing else. */
export async function runRekey(env: Record<string, string>): Promise<RekeyRun> {
  const child = spawn(process.execPath, [SCRIPT], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  const ended = once(child, 'close')
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)])
  const [exitCode] = (await ended) as [number]
  return { exitCode, stdout, stderr }
}
