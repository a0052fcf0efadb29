import { type ChildProcess, fork } from 'node:child_process'
import type { Scope } from './scope.ts'

/** Starts a server in a process of its own; resolves the URL it reports. */
export async function startProcess(
  scope: Scope,
  script: string,
  env: Record<string, string>,
): Promise<string> {
  const child = fork(new URL(script, import.meta.url), { env: { ...process.env, ...env } })
  scope.teardown(() => end(child))
  return new Promise((resolve, reject) => {
    child.once('message', (url) => resolve(String(url)))
    child.once('exit', (code) => reject(new Error(`${script} ended with ${code}`)))
  })
}

function end(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null) return resolve()
    child.once('exit', () => resolve())
    child.kill('SIGTERM')
  })
}
