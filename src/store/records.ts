import { type RawBuilder, sql } from 'kysely'
import type { ConsentRecord } from '../core/consent-store.ts'
import type { Database } from './database.ts'
import { toConsent, toStoredTokens } from './rows.ts'
import type { ConsentRow, TokenRow } from './schema.ts'

/** A consent beside its tokens: column names collide, so the tokens' are prefixed. */
export type RecordRow = ConsentRow & Prefixed<Omit<TokenRow, 'refresh_token'>> & { held: boolean }

type Prefixed<T> = { [K in keyof T & string as `t_${K}`]: T[K] | null }

const TOKEN_COLUMNS = [
  'consent_id',
  'chain',
  'version',
  'access_token',
  'token_type',
  'scope',
  'obtained_at',
  'access_expires_at',
  'due_at',
  'presentations',
  'attempt_id',
  'lease_until',
  'retry_at',
  'last_success_at',
  'consecutive_failures',
  'last_error',
  'rejection_checked_at',
  'certificate',
] as const satisfies readonly (keyof TokenRow)[]

const COLUMNS = sql.join(TOKEN_COLUMNS.map((name) => sql`t.${sql.ref(name)} as ${sql.ref(`t_${name}`)}`))

/** The select list and joins of a record; a caller adds its own `where`, `order` and `limit`. */
export const SELECT_RECORD: RawBuilder<unknown> = sql`
  select c.*, ${COLUMNS},
    coalesce(g.hold_until > now() or g.closed_at is not null or g.braked_at is not null, false) as held
  from consents c
  left join consent_tokens t on t.consent_id = c.id
  left join bank_gates g on g.bank = c.bank`

/** Reads a consent with its tokens and whether refreshing stands still at its bank, in one statement. */
export async function findRecord(db: Database, consentId: string): Promise<ConsentRecord | null> {
  const { rows } = await sql<RecordRow>`${SELECT_RECORD} where c.id = ${consentId}`.execute(db)
  return rows[0] === undefined ? null : toRecord(rows[0])
}

export function toRecord(row: RecordRow): ConsentRecord {
  return {
    consent: toConsent(row),
    tokens: row.t_consent_id === null ? null : toStoredTokens(stripPrefix(row)),
    held: row.held,
  }
}

function stripPrefix(row: RecordRow): TokenRow {
  const entries = TOKEN_COLUMNS.map((name) => [name, row[`t_${name}`]])
  return Object.fromEntries(entries) as TokenRow
}
