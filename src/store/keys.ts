import { sql } from 'kysely'
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
  const sealing = ring.slice(0, 1)
  for (const key of sealing) await register(db, key, now)
  await assertRingOpens(db, ring)
}

/** Raises `keys_unusable` unless the ring has every key in use. */
export async function assertRingOpens(db: Database, ring: readonly KeyCheck[]): Promise<void> {
  const known = await db.selectFrom('encryption_keys').select(['kid', 'check_value']).execute()
  const given = new Map(ring.map(({ kid, checkValue }) => [kid, checkValue]))
  for (const { kid, check_value } of known) assertKey(kid, given.get(kid), check_value)
}

function assertKey(kid: string, given: string | undefined, stored: string): void {
  if (given === undefined) throw new MissingKeyError(kid)
  if (given === stored) return
  throw new OperatorError(
    'keys_unusable',
    `The key "${kid}" in ENCRYPTION_KEYS_FILE is not the key of that id that sealed what is stored.`,
  )
}

/** The ring lacks a key that something is sealed under. */
export class MissingKeyError extends OperatorError {
  readonly kid: string

  constructor(kid: string) {
    super(
      'keys_unusable',
      `The key "${kid}" is in use but not in ENCRYPTION_KEYS_FILE: put it back; it may leave when "npm run rekey" says so.`,
    )
    this.kid = kid
  }
}

/** Since when a key seals; null where it never did. */
export async function readKeySince(db: Database, kid: string): Promise<Date | null> {
  const row = await db
    .selectFrom('encryption_keys')
    .select('first_seen_at')
    .where('kid', '=', kid)
    .executeTakeFirst()
  return row?.first_seen_at ?? null
}

/** Tells whether a service has started with this key as the one that seals. */
export async function isKeyInUse(db: Database, kid: string): Promise<boolean> {
  const row = await db.selectFrom('encryption_keys').select('kid').where('kid', '=', kid).executeTakeFirst()
  return row !== undefined
}

/** The ids of the keys that services seal with beside this one. */
export async function otherKeysInUse(db: Database, kid: string): Promise<readonly string[]> {
  const rows = await db.selectFrom('encryption_keys').select('kid').where('kid', '<>', kid).execute()
  return rows.map((row) => row.kid)
}

/** Forgets every key but one: only where nothing is sealed under the others. Resolves the ids of the forgotten. */
export async function forgetOtherKeys(db: Database, kid: string): Promise<readonly string[]> {
  const forgotten = await db.deleteFrom('encryption_keys').where('kid', '<>', kid).returning('kid').execute()
  return forgotten.map((row) => row.kid)
}

export interface Registration {
  /** Registers the key again where a re-keying has forgotten it. */
  keep(now: Date): Promise<void>
  /** The same for what was sealed until the end; never raises, and changes nothing where `keep` was never called. */
  end(): Promise<void>
}

/**
 * Keeps the key registered that this process seals under: a re-keying may be over while a process that is ending
 * still saves an answer of the bank.
 */
export function createRegistration(db: Database, sealing: KeyCheck | null): Registration {
  let keptAt: Date | null = null

  async function keep(now: Date): Promise<void> {
    keptAt = now
    if (sealing !== null) await register(db, sealing, now)
  }

  return {
    keep,
    end: async () => {
      if (keptAt !== null) await keep(keptAt).catch(() => {})
    },
  }
}

/** Writes only where it is missing: `on conflict` alone would take a new row's place in the table each time. */
async function register(db: Database, { kid, checkValue }: KeyCheck, now: Date): Promise<void> {
  await sql`
    insert into encryption_keys (kid, check_value, first_seen_at) select ${kid}::text, ${checkValue}::text, ${now}::timestamptz
    where not exists (select from encryption_keys where kid = ${kid}) on conflict (kid) do nothing`.execute(
    db,
  )
}
