import { OperatorError } from '../core/errors.ts'
import type { Database } from './database.ts'

export interface KeyCheck {
  readonly kid: string
  readonly checkValue: string
}

/**
 * Registers the key that seals and raises `keys_unusable` when a key in use is missing from the ring, or has
 * another value than it had: what is stored could not be opened (DESIGN section 6).
 */
export async function registerKeys(db: Database, ring: readonly KeyCheck[], now: Date): Promise<void> {
  // Before anything is written: a start with the wrong ring must not leave its key behind as one in use.
  await assertRingOpens(db, ring)
  // The others seal nothing: a replica that restarts must not bring back a key that a re-keying has freed.
  const sealing = ring.slice(0, 1).map(({ kid, checkValue }) => ({ kid, check_value: checkValue }))
  await db
    .insertInto('encryption_keys')
    .values(sealing.map((key) => ({ ...key, first_seen_at: now })))
    .onConflict((conflict) => conflict.column('kid').doNothing())
    .execute()
  await assertRingOpens(db, ring)
}

/** Raises `keys_unusable` unless the ring has every key in use. */
export async function assertRingOpens(db: Database, ring: readonly KeyCheck[]): Promise<void> {
  const known = await db.selectFrom('encryption_keys').select(['kid', 'check_value']).execute()
  const given = new Map(ring.map(({ kid, checkValue }) => [kid, checkValue]))
  for (const { kid, check_value } of known) assertKey(kid, given.get(kid), check_value)
}

function assertKey(kid: string, given: string | undefined, stored: string): void {
  if (given === stored) return
  const problem =
    given === undefined
      ? `The key "${kid}" is in use but not in ENCRYPTION_KEYS_FILE: put it back; it may leave when "npm run rekey" says so.`
      : `The key "${kid}" in ENCRYPTION_KEYS_FILE is not the key of that id that sealed what is stored.`
  throw new OperatorError('keys_unusable', problem)
}

/** Tells whether a service has started with this key as the one that seals. */
export async function isKeyInUse(db: Database, kid: string): Promise<boolean> {
  const row = await db.selectFrom('encryption_keys').select('kid').where('kid', '=', kid).executeTakeFirst()
  return row !== undefined
}

/** Forgets every key but one: only where nothing is sealed under the others. Resolves the ids of the forgotten. */
export async function forgetOtherKeys(db: Database, kid: string): Promise<readonly string[]> {
  const forgotten = await db.deleteFrom('encryption_keys').where('kid', '<>', kid).returning('kid').execute()
  return forgotten.map((row) => row.kid)
}
