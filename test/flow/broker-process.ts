import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type t from 'tap'

type Test = Pick<typeof t, 'teardown'>

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url))

/** Starts the service as a process of its own, which a test may kill; resolves when it is ready. */
export async function spawnBroker(t: Test, env: Record<string, string>) {
  const child = spawn(process.execPath, [MAIN], { env, stdio: ['ignore', 'pipe', 'inherit'] })
  const exited = once(child, 'exit')
  const kill = async () => {
    child.kill('SIGKILL')
    await exited
  }
  t.teardown(kill)
  for await (const line of createInterface({ input: child.stdout })) {
    const { msg, internalUrl, publicUrl } = JSON.parse(line)
    if (msg === 'token-broker is ready') {
      child.stdout.resume()
      return { internalUrl: String(internalUrl), publicUrl: String(publicUrl), kill }
    }
  }
  throw new Error('the broker ended before it was ready')
}
