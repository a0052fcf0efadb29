import { type RawBuilder, sql } from 'kysely'
import type { ConsentRecord, Standstill } from '../core/consent-store.ts'
import type { GateReason } from '../core/gate-store.ts'
import type { Database } from './database.ts'
import { planned } from './named-statements.ts'
import { toConsent, toStoredTokens } from './rows.ts'
import type { ConsentRow, TokenRow } from './schema.ts'

/** A consent beside its tokens: column names collide, so the tokens' are prefixed. */
export type RecordRow = ConsentRow & Prefixed<Omit<TokenRow, 'refresh_token'>> & StandstillRow

/** What the bank's gate says; all null where nothing stands still. */
interface StandstillRow {
  held_by: string | null
  hold_until: Date | null
  gate_reason: GateReason | null
  gate_since: Date | null
}

type Prefixed<T> = { [K in keyof T & string as `t_${K}`]: T[K] | null }

/** All of them by name: a `*` would change its answer with a new column, under a statement that is known by its plan. */
const CONSENT_COLUMNS: Readonly<Record<keyof ConsentRow, true>> = {
  id: true,
  bank: true,
  status: true,
  status_reason: true,
  requested_scopes: true,
  scopes: true,
  owner: true,
  granted_to: true,
  customer_reference: true,
  transaction_id: true,
  bank_brand: true,
  confirm: true,
  confirmed_at: true,
  bind_user_agent: true,
  metadata: true,
  iban_sealed: true,
  iban_masked: true,
  iban_hash: true,
  iban_hash_kid: true,
  chain: true,
  created_at: true,
  authorized_at: true,
  expires_at: true,
  ended_at: true,
  last_asked_at: true,
  erased_at: true,
}

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

const OWN_COLUMNS = sql.join(Object.keys(CONSENT_COLUMNS).map((name) => sql.ref(`c.${name}`)))
const COLUMNS = sql.join(TOKEN_COLUMNS.map((name) => sql`t.${sql.ref(name)} as ${sql.ref(`t_${name}`)}`))

/** The select list and joins of a record; a caller adds its own `where`, `order` and `limit`. */
export const SELECT_RECORD: RawBuilder<unknown> = sql`
  select ${OWN_COLUMNS}, ${COLUMNS},
    g.held_by, case when g.hold_until > now() then g.hold_until end as hold_until,
    case when g.braked_at is not null then 'refusal_brake' when g.closed_at is not null 
      then coalesce(g.close_reason, 'bank_failing') end as gate_reason,
    coalesce(g.braked_at, g.closed_at) as gate_since
  from consents c
  left join consent_tokens t on t.consent_id = c.id
  left join bank_gates g on g.bank = c.bank`

/** Reads a consent with its tokens and whether refreshing stands still at its bank, in one statement. */
export async function findRecord(db: Database, consentId: string): Promise<ConsentRecord | null> {
  const { rows } = await sql<RecordRow>`${SELECT_RECORD} where c.id = ${consentId}`.execute(planned(db))
  return rows[0] === undefined ? null : toRecord(rows[0])
}

export function toRecord(row: RecordRow): ConsentRecord {
  return {
    consent: toConsent(row),
    tokens: row.t_consent_id === null ? null : toStoredTokens(stripPrefix(row)),
    standstill: toStandstill(row),
  }
}

/** A hold is named before a gate: it was somebody's will. */
function toStandstill({ held_by, hold_until, gate_reason, gate_since }: StandstillRow): Standstill | null {
  if (hold_until !== null) return { kind: 'hold', by: held_by ?? 'somebody', until: hold_until }
  return gate_reason === null ? null : { kind: 'gate', reason: gate_reason, since: gate_since }
}

function stripPrefix(row: RecordRow): TokenRow {
  const entries = TOKEN_COLUMNS.map((name) => [name, row[`t_${name}`]])
  return Object.fromEntries(entries) as TokenRow
}
