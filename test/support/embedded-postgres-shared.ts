import { spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { isAlive } from '../../src/demo/postgres-process.ts'
import { claimFolder, serverFolder } from './embedded-postgres-folder.ts'

const START_TIMEOUT_MS = 60_000
const POLL_MS = 20

/** What the server's keeper writes for the test files. */
export type SharedServer = { url: string; template: string } | { error: string }

/** Gives the server all test files of a run share; the first to come has it started. */
export async function sharedServer(): Promise<{ url: string; template: string }> {
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

// Under tap the run is tap's process, which started this one; its id alone could be an earlier run's as well.
// A file run by plain `node` is a run of its own.
function thisRun(): { owner: number; key: string } {
  const run = process.env._TAPJS_PROCESSINFO_ROOT_
  if (process.env.TAP && isAlive(process.ppid)) return { owner: process.ppid, key: run ?? 'tap' }
  return { owner: process.pid, key: `node-${Math.floor(performance.timeOrigin)}` }
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
