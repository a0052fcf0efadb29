import { rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Test } from 'tap'

/** WEBHOOKS_FILE of a test: `write` swaps it as deployments do, whole. */
export interface SubscribersFile {
  readonly path: string
  write(subscribers: unknown): Promise<void>
}

export async function subscribersFile(
  t: Pick<Test, 'testdir'>,
  subscribers: unknown,
): Promise<SubscribersFile> {
  const path = join(t.testdir(), 'webhooks.json')
  const write = async (changed: unknown) => {
    await writeFile(`${path}.new`, typeof changed === 'string' ? changed : JSON.stringify(changed))
    await rename(`${path}.new`, path)
  }
  await write(subscribers)
  return { path, write }
}
