import { randomBytes } from 'node:crypto'
import { mkdir, statfs, unlink } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { OperatorError } from '../core/errors.ts'
import { syncFolder, writeSynced } from './synced.ts'

/** Linux's numbers of tmpfs and ramfs (statfs(2)); other systems have none that means the same. */
const IN_MEMORY = new Set([0x01021994, 0x858458f6])

/** Makes the folder and writes to it, as is done in need: better to know at the start. */
export async function prepareFolder(folder: string): Promise<void> {
  try {
    await syncMade(resolve(folder), await mkdir(folder, { recursive: true, mode: 0o700 }))
    const probe = join(folder, `.probe-${randomBytes(6).toString('hex')}`)
    await writeSynced(probe, '')
    await unlink(probe)
    await syncFolder(folder)
  } catch (error) {
    throw unusable(error)
  }
}

/** Each new name in the folder above it. One that was there is not ours to open: reading it may be forbidden. */
async function syncMade(folder: string, first: string | undefined): Promise<void> {
  if (first === undefined) return
  for (let made = folder; made.length >= resolve(first).length; made = dirname(made)) {
    await syncFolder(dirname(made))
  }
}

function unusable(error: unknown): OperatorError {
  const { code = 'unknown error' } = error as NodeJS.ErrnoException
  const sentence = `SPOOL_DIR names a folder that this process cannot create, or cannot write to (${code}); a right value is /var/lib/token-broker/spool, on a volume that outlives the process.`
  return new OperatorError('settings_invalid', sentence, error)
}

/** False where the system does not tell. */
export async function isInMemory(folder: string): Promise<boolean> {
  try {
    return IN_MEMORY.has((await statfs(folder)).type)
  } catch {
    return false
  }
}
