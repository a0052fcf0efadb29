import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { chmod, lstat, mkdir } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** The operating system account PostgreSQL runs as; undefined where it is our own. */
export type Account = { uid: number; gid: number } | undefined

/** Tells whether PostgreSQL's account can execute this program, or enter this folder. */
export async function isReachable(path: string, account: Account): Promise<boolean> {
  if (!account) return true
  return run('sh', ['-c', 'test -x "$1"', 'sh', path], { ...account, cwd: '/' }).then(
    () => true,
    () => false,
  )
}

/** Makes a folder any account can enter, always the same for one path; rejects where somebody else's is in the way. */
export async function folderOutside(path: string): Promise<string> {
  // /var/tmp outlives a reboot, so the demo's consents do too.
  const parent = existsSync('/var/tmp') ? '/var/tmp' : tmpdir()
  const folder = join(parent, `token-broker-${createHash('sha256').update(path).digest('hex').slice(0, 16)}`)
  await mkdir(folder, { recursive: true })
  // Everybody may write to /var/tmp: a link laid there would make root hand a folder of its own away.
  const found = await lstat(folder)
  if (!found.isDirectory() || found.uid !== process.getuid?.()) {
    throw new Error(`${folder} belongs to somebody else. Remove it, or start this as an ordinary user.`)
  }
  await chmod(folder, 0o755)
  return folder
}

/** Tells whether a server could listen on this port of 127.0.0.1. */
export async function isPortFree(port: number): Promise<boolean> {
  return (await listenError(port)) === null
}

/** Gives the error code with which listening on this port of 127.0.0.1 fails; null where it works. */
export function listenError(port: number): Promise<string | null> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', ({ code, message }: NodeJS.ErrnoException) => resolve(code ?? message))
    server.listen({ port, host: '127.0.0.1' }, () => server.close(() => resolve(null)))
  })
}
