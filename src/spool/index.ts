import type { Spool } from '../core/spool.ts'
import { createFiles } from './files.ts'
import { isInMemory, prepareFolder } from './folder.ts'

export { inspectSpool, type SpoolInspection } from './inspect.ts'
export { countSealedFiles } from './sealed-files.ts'
export { syncFolder } from './synced.ts'

export interface OpenedSpool extends Spool {
  /** What is written there dies with the machine. */
  readonly isInMemory: boolean
}

/** Opens SPOOL_DIR, making the folder where there is none; raises `settings_invalid` where it can't be used. */
export async function openSpool(folder: string): Promise<OpenedSpool> {
  await prepareFolder(folder)
  return { ...createFiles(folder), isInMemory: await isInMemory(folder) }
}
