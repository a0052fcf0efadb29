import { OperatorError } from '../core/errors.ts'
import type { Secret } from '../core/secret.ts'
import { assertRingOpens, checkSchema, type Database, isKeyInUse, openDatabase } from '../store/index.ts'
import { keyChecks, parseKeyRing } from '../vault/index.ts'
import { countNeeds, type Needs } from './needs.ts'

export interface Settings {
  readonly DATABASE_URL: Secret
  readonly SPOOL_DIR: string | null
}

const QUERY_TIMEOUT_MS = 600_000

/** Raises `keys_unusable`, with a count, while anything is sealed under a key of this ring, or a service seals with it. */
export async function assertUnneeded(settings: Settings, ring: string, kid: string): Promise<void> {
  const { DATABASE_URL: url, SPOOL_DIR: spoolDir } = settings
  const db = openDatabase({ url, maxConnections: 1, queryTimeoutMs: QUERY_TIMEOUT_MS, onError: () => {} })
  try {
    await assertOwnDatabase(db, ring)
    const needs = await countNeeds({ db, spoolDir }, kid)
    if (needs.total > 0) throw stillNeeded(kid, needs)
    if (await isKeyInUse(db, kid)) throw stillRegistered(kid)
  } finally {
    await db.destroy()
  }
}

/** A database that knows nothing of this ring needs none of its keys, and says nothing about them. */
async function assertOwnDatabase(db: Database, ring: string): Promise<void> {
  const keys = parseKeyRing(ring)
  await checkSchema(db)
  await assertRingOpens(db, keyChecks(keys))
  const [{ kid }] = keys.keys
  if (await isKeyInUse(db, kid)) return
  throw new OperatorError(
    'keys_unusable',
    `The database that DATABASE_URL names does not know the key "${kid}", the first of this ring: is it the right one, and was a replica started with it?`,
  )
}

function stillNeeded(kid: string, { places, total }: Needs): OperatorError {
  const counts = Object.entries(places).map(([place, count]) => `\n  ${place}: ${count}`)
  const values = total === 1 ? 'value is' : 'values are'
  const spooled = 'SPOOL_DIR' in places ? ' What lies in SPOOL_DIR is saved by a restart.' : ''
  return new OperatorError(
    'keys_unusable',
    `The key "${kid}" is needed, and stays: ${total} ${values} sealed under it.${counts.join('')}\nRun "npm run rekey" before.${spooled}`,
  )
}

function stillRegistered(kid: string): OperatorError {
  return new OperatorError(
    'keys_unusable',
    `The key "${kid}" stays: 0 values are sealed under it, but a service has it in front and may seal with it. Restart all replicas, and run "npm run rekey" before.`,
  )
}
