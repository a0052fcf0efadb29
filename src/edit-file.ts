import { type FileHandle, open, readFile, realpath, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { OperatorError } from './core/errors.ts'
import { syncFolder } from './spool/index.ts'

const OWNER_ONLY = 0o600
const PERMISSIONS = 0o777
const BY_OTHERS = 0o007

/** What an edit is given is null where there is no file yet; null from it leaves all as it is. */
export type Edit = (text: string | null) => Promise<string | null>

/**
 * Replaces a file by what `edit` makes of it: whole or not at all, on the disk when it resolves, with the owner and
 * the permissions it had; a new one is its owner's alone. One edit at a time: what is being written lies beside it.
 * Resolves whether anything changed. Raises `settings_invalid`, and what `edit` raises.
 */
export async function editFile(path: string, edit: Edit): Promise<boolean> {
  const target = await followLinks(path)
  const temporary = `${target}.new`
  const handle = await openNew(temporary)
  let isReplaced = false
  try {
    const text = await edit(
      await orUnusable(`${path} cannot be read`, unlessMissing(readFile(target, 'utf8'))),
    )
    if (text === null) return false
    await orUnusable(`${path} cannot be written`, writeLike(handle, target, text))
    await orUnusable(`${path} cannot be written`, rename(temporary, target))
    isReplaced = true
  } finally {
    await handle.close()
    // Once it is replaced, a file of this name is another edit's.
    if (!isReplaced) await rm(temporary, { force: true })
  }
  await orUnusable(`${path} cannot be written`, syncFolder(dirname(target)))
  return true
}

/** Tells whether anybody may read a file who is neither its owner nor of its group. */
export async function isOpenToOthers(path: string): Promise<boolean> {
  return ((await stat(path)).mode & BY_OTHERS) !== 0
}

/** A mounted secret may be a link: it stays one, and what it leads to is replaced. */
async function followLinks(path: string): Promise<string> {
  return (await unlessMissing(realpath(path))) ?? path
}

async function openNew(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'wx', OWNER_ONLY)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'EEXIST') throw unusable(`${path} cannot be written`, error)
    throw unusable(`${path} is there: another run is under way, or one was cut off. Delete it if none is`)
  }
}

async function orUnusable<T>(what: string, work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    throw unusable(what, error)
  }
}

async function writeLike(handle: FileHandle, target: string, text: string): Promise<void> {
  const former = await unlessMissing(stat(target))
  await handle.writeFile(text)
  if (former !== null) {
    const { uid, gid } = await handle.stat()
    if (uid !== former.uid || gid !== former.gid) await handle.chown(former.uid, former.gid)
    await handle.chmod(former.mode & PERMISSIONS)
  }
  await handle.sync()
}

async function unlessMissing<T>(work: Promise<T>): Promise<T | null> {
  try {
    return await work
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

function unusable(what: string, cause?: unknown): OperatorError {
  const { code } = (cause ?? {}) as NodeJS.ErrnoException
  return new OperatorError('settings_invalid', `${what}${code === undefined ? '' : ` (${code})`}.`, cause)
}
