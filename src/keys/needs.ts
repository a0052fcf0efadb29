import { OperatorError } from '../core/errors.ts'
import { countSealedFiles } from '../spool/index.ts'
import { type CountLimits, countSealed, type Database, MissingKeyError } from '../store/index.ts'
import { sealedPrefix } from '../vault/index.ts'

/** What is sealed under a key, by the place where it stands. */
export interface Needs {
  readonly places: Readonly<Record<string, number>>
  readonly total: number
  /** False where counting was cut short: there may be more. */
  readonly exact: boolean
}

export interface Stored {
  readonly db: Database
  /** Null where SPOOL_DIR is not set. */
  readonly spoolDir: string | null
}

/** A start that fails tells about how much it lacks; it does not read a large database for that. */
const AT_A_START: CountLimits = { most: 1_000, timeoutMs: 500 }
/** A person waits for a true count. */
const WHOLE: CountLimits = { most: null, timeoutMs: 600_000 }

/** Counts what is sealed under a key: in every table, and in the files of the spool. */
export async function countNeeds({ db, spoolDir }: Stored, kid: string, limits = WHOLE): Promise<Needs> {
  const key = { kid, prefix: sealedPrefix(kid) }
  const counts = await countSealed(db, key, limits)
  const files = spoolDir === null ? 0 : await countSealedFiles(spoolDir, key.prefix)
  const found = [...counts.map(({ table, count }) => [table, count] as const), ['SPOOL_DIR', files] as const]
  const places = Object.fromEntries(found.filter(([, count]) => count > 0))
  const total = found.reduce((sum, [, count]) => sum + count, 0)
  return { places, total, exact: counts.every(({ exact }) => exact) }
}

/** Runs what may find that the ring lacks a key, and adds to its sentence how much needs that key. */
export async function tellingNeeds<T>(stored: Stored, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof MissingKeyError)) throw error
    const needs = await countNeeds(stored, error.kid, AT_A_START).catch(() => null)
    throw needs === null ? error : new OperatorError(error.code, `${error.message} ${describe(needs)}`, error)
  }
}

function describe({ total, exact }: Needs): string {
  if (!exact && total === 0) return 'How many values are sealed under it could not be counted in time.'
  const values = total === 1 ? 'value is' : 'values are'
  return `${exact ? '' : 'At least '}${total} ${values} sealed under it.`
}
