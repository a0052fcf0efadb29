import { randomUUID } from 'node:crypto'
import { statfsSync } from 'node:fs'
import { mkdir, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isAlive } from '../../src/demo/postgres-process.ts'

// In Docker /dev/shm has 64 MB unless told otherwise.
const ENOUGH_MEMORY_BYTES = 2 * 1024 ** 3
const PREFIX = 'token-broker-test-'

/** Names the temporary folder of a server that lives as long as the process `owner`. */
export function serverFolder(owner: number, key: string = randomUUID()): string {
  return join(base(), `${PREFIX}${owner}-${key}`)
}

/** Makes the folder, and tells whether it was us: one of several processes gets `true`. */
export async function claimFolder(folder: string): Promise<boolean> {
  try {
    await mkdir(folder, { mode: 0o755 })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

/** Removes what owners killed without a warning could not remove. */
export async function sweepFolders(): Promise<void> {
  const names = (await readdir(base())).filter((name) => name.startsWith(PREFIX))
  const orphaned = names.filter((name) => !isAlive(Number.parseInt(name.slice(PREFIX.length), 10)))
  await Promise.all(
    orphaned.map((name) => rm(join(base(), name), { recursive: true, force: true }).catch(() => {})),
  )
}

// Memory where there is enough of it: cloning a database takes 10 ms there, and up to 300 on a disk. By its size,
// not by what is free, as all processes of a run must agree. As root the server runs under another account, which
// may not enter a TMPDIR of ours.
function base(): string {
  if (sizeOf('/dev/shm') >= ENOUGH_MEMORY_BYTES) return '/dev/shm'
  return process.getuid?.() === 0 ? '/tmp' : tmpdir()
}

function sizeOf(folder: string): number {
  try {
    const { blocks, bsize } = statfsSync(folder)
    return blocks * bsize
  } catch {
    return 0
  }
}
