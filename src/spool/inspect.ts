import { constants } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import type { SpoolListing } from '../core/spool.ts'
import { createFiles } from './files.ts'
import { isInMemory } from './folder.ts'

/** What there is to say of a spool folder that nothing is written to for it. */
export interface SpoolInspection {
  /** False where it is still to be made. */
  readonly exists: boolean
  /** A system error's code where it could not be made or written to; null where it could. */
  readonly refusal: string | null
  readonly isInMemory: boolean
  readonly listing: SpoolListing
}

const NOTHING: SpoolListing = { waiting: [], setAside: 0 }

/** Looks at SPOOL_DIR without opening it. */
export async function inspectSpool(folder: string): Promise<SpoolInspection> {
  const place = await nearest(resolve(folder))
  const exists = place === resolve(folder)
  const [refusal, inMemory] = await Promise.all([refusalOf(place), isInMemory(place)])
  const listing = exists && refusal === null ? await createFiles(folder).list() : NOTHING
  return { exists, refusal, isInMemory: inMemory, listing }
}

/** The folder itself, or the one that it would be made in. */
async function nearest(folder: string): Promise<string> {
  const found = await stat(folder).catch(() => null)
  return found !== null || folder === dirname(folder) ? folder : nearest(dirname(folder))
}

async function refusalOf(place: string): Promise<string | null> {
  try {
    if (!(await stat(place)).isDirectory()) return 'ENOTDIR'
    await access(place, constants.R_OK | constants.W_OK | constants.X_OK)
    return null
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'unknown error'
  }
}
