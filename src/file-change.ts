import { type FileHandle, open, readFile, realpath, rename, rm, stat } from 'node:fs/promises'
import { OperatorError } from './core/errors.ts'

interface Owned {
  readonly mode: number
  readonly uid: number
  readonly gid: number
}

/**
 * Changes a file that others read meanwhile: it is there as it was, or whole. A new one is its owner's alone; one that
 * is there keeps owner and mode, and stays where a link to it points. Raises OperatorError that names the argument.
 */
export async function addToFile(
  argument: string,
  path: string,
  change: (content: string | null) => string,
): Promise<void> {
  try {
    await replace(await realpath(path).catch(orAsGiven(path)), change)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (error instanceof OperatorError || code === undefined) throw error
    throw new OperatorError('settings_invalid', `${argument}: ${explain(code)}.`, error)
  }
}

function orAsGiven(path: string) {
  return (error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return path
    throw error
  }
}

/** The new file's name is the lock: of two commands at a time one is refused, and neither loses the other's change. */
async function replace(path: string, change: (content: string | null) => string): Promise<void> {
  const beside = `${path}.new`
  const file = await open(beside, 'wx', 0o600)
  try {
    await write(file, path, change)
    await rename(beside, path)
  } catch (error) {
    await rm(beside, { force: true })
    throw error
  }
}

async function write(
  file: FileHandle,
  path: string,
  change: (content: string | null) => string,
): Promise<void> {
  try {
    const [content, owned] = await Promise.all([orNull(readFile(path, 'utf8')), orNull(stat(path))])
    await file.writeFile(change(content))
    if (owned !== null) await handOver(file, owned)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** The mode last: handing a file over may take bits of it away. */
async function handOver(file: FileHandle, { mode, uid, gid }: Owned): Promise<void> {
  const own = await file.stat()
  if (own.uid !== uid || own.gid !== gid) await file.chown(uid, gid)
  await file.chmod(mode & 0o777)
}

async function orNull<T>(reading: Promise<T>): Promise<T | null> {
  try {
    return await reading
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

function explain(code: string): string {
  if (code === 'EEXIST')
    return 'another command changes this file now; if none does, remove the file of its name and .new'
  return `this file cannot be changed (${code})`
}
