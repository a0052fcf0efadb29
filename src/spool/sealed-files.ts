import { open, readdir } from 'node:fs/promises'
import { join } from 'node:path'

const ANSWERS = /\.answer(\.|$)/

/** Counts the files of a spool, also those set aside, that begin like this; 0 where there is no such folder. */
export async function countSealedFiles(folder: string, prefix: string): Promise<number> {
  const files = (await readdir(folder).catch(ignoreMissing)).filter((file) => ANSWERS.test(file))
  const starts = await Promise.all(files.map((file) => startOf(join(folder, file), prefix.length)))
  return starts.filter((start) => start === prefix).length
}

/** Empty where another process has removed it meanwhile. */
async function startOf(path: string, length: number): Promise<string> {
  const file = await open(path, 'r').catch(ignoreMissing)
  if (!('read' in file)) return ''
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, 0)
    return buffer.toString('latin1', 0, bytesRead)
  } finally {
    await file.close()
  }
}

function ignoreMissing(error: NodeJS.ErrnoException): never[] {
  if (error.code === 'ENOENT') return []
  throw error
}
