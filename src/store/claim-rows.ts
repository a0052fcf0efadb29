import { type RawBuilder, sql } from 'kysely'
import type { Database } from './database.ts'
import type { TokenRow } from './schema.ts'

export type ClaimRow = Pick<
  TokenRow,
  | 'consent_id'
  | 'chain'
  | 'version'
  | 'refresh_token'
  | 'token_type'
  | 'scope'
  | 'presentations'
  | 'access_expires_at'
  | 'due_at'
  | 'consecutive_failures'
> & {
  attempt_id: string
  attempt_started_at: Date
  last_asked_at: Date
  expires_at: Date | null
  account_open: boolean
}

/** Whether a pair may be presented for the first time; the statement re-checks it under the row's lock. */
export const UNCLAIMED = sql`
  t.attempt_id is null and t.presentations = 0 and (t.retry_at is null or t.retry_at <= now())`

/** A consent of another bank is left alone: its token would be spent, or refused, at the wrong one. */
export function rotates(bank: string): RawBuilder<boolean> {
  return sql`
    c.status in ('active', 'pending') and (c.expires_at is null or c.expires_at > now()) and c.bank = ${bank}`
}

/** Looked up once a statement, before any row. */
export function notHeld(bank: string): RawBuilder<boolean> {
  return sql`not exists (select from bank_gates g where g.bank = ${bank} and g.hold_until > now())`
}

/** A consent nobody has asked for yet counts from its authorization. */
export const CLAIMED = sql`
  t.consent_id, t.chain, t.version, t.refresh_token, t.token_type, t.scope, t.presentations, t.access_expires_at,
  t.due_at, t.consecutive_failures, t.attempt_id, t.attempt_started_at, c.expires_at,
  coalesce(c.last_asked_at, c.authorized_at, c.created_at) as last_asked_at,
  c.iban_hash is null or c.status = 'pending' as account_open`

/** Reads the rows whose claims are these attempts' own. */
export async function readOwn(
  db: Database,
  attemptIds: readonly string[],
  narrow: RawBuilder<unknown>,
): Promise<ClaimRow[]> {
  const { rows } = await sql<ClaimRow>`
    select ${CLAIMED} from consent_tokens t join consents c on c.id = t.consent_id
    where ${narrow} and t.attempt_id = any(${[...attemptIds]}::uuid[])`.execute(db)
  return rows
}
