import { OperatorError } from '../core/errors.ts'
import type { Database } from './database.ts'

export interface KeyCheck {
  readonly kid: string
  readonly checkValue: string
}

/**
 * Registers the ring's keys and raises `keys_unusable` when a key in use is missing from the ring, or has
 * another value than it had: what is stored could not be opened (DESIGN section 6).
 */
export async function registerKeys(db: Database, ring: readonly KeyCheck[], now: Date): Promise<void> {
  await db
    .insertInto('encryption_keys')
    .values(ring.map(({ kid, checkValue }) => ({ kid, check_value: checkValue, first_seen_at: now })))
    .onConflict((conflict) => conflict.column('kid').doNothing())
    .execute()
  const known = await db.selectFrom('encryption_keys').select(['kid', 'check_value']).execute()
  const given = new Map(ring.map(({ kid, checkValue }) => [kid, checkValue]))
  for (const { kid, check_value } of known) assertKey(kid, given.get(kid), check_value)
}

function assertKey(kid: string, given: string | undefined, stored: string): void {
  if (given === stored) return
  const problem =
    given === undefined
      ? `The key "${kid}" is in use but not in ENCRYPTION_KEYS_FILE: put it back, or re-key first (npm run rekey).`
      : `The key "${kid}" in ENCRYPTION_KEYS_FILE is not the key of that id that sealed what is stored.`
  throw new OperatorError('keys_unusable', problem)
}
