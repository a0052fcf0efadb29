import { open } from 'node:fs/promises'

/** Only this process's user may read it. */
const MODE = 0o600

/** Writes a new file; its bytes are on the disk when it resolves. */
export async function writeSynced(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', MODE)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** A name that was added, changed or taken away is so on the disk when it resolves (fsync(2)). */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
