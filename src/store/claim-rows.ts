import { type RawBuilder, sql } from 'kysely'
import type { ClaimTerms } from '../core/token-store.ts'
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
  | 'claims'
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

/** Whether nobody holds a pair and it is not put off; the statement re-checks it under the row's lock. */
const FREE = sql`t.attempt_id is null and (t.retry_at is null or t.retry_at <= now())`

/** The ordinary case: a refresh token the bank has never seen. */
export const UNPRESENTED = sql`${FREE} and t.presentations = 0`

/**
 * A token whose answer was lost may be presented once more (DESIGN 4.3). Only parked pairs have `uncertain_at`:
 * a claim whose lease ran out is parked by housekeeping, once nobody can settle it any more.
 */
export function replayable({ replay }: Pick<ClaimTerms, 'replay'>): RawBuilder<boolean> {
  const inTime = replay === 'prompt' ? sql`true` : sql`t.access_expires_at <= now()`
  return sql`${FREE} and t.presentations = 1 and t.uncertain_at is not null and ${inTime}`
}

/** A bank that has answered for any consent since is well again. */
export function provenSince({ bank }: Pick<ClaimTerms, 'bank'>): RawBuilder<boolean> {
  return sql`t.uncertain_at < (select h.healthy_at from bank_gates h where h.bank = ${bank})`
}

/** A consent of another bank is left alone: its token would be spent, or refused, at the wrong one. */
export function rotates(bank: string): RawBuilder<boolean> {
  return sql`
    c.status in ('active', 'pending') and (c.expires_at is null or c.expires_at > now()) and c.bank = ${bank}`
}

/** After a failover or a restore the stored tokens may be old: nothing is presented before that is looked into. */
const OTHER_TIMELINE = sql`
  case when g.timeline is null or pg_is_in_recovery() then false
    else g.timeline <> substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) end`

const STOPPED = sql`(coalesce(g.hold_until > now(), false) or g.braked_at is not null or ${OTHER_TIMELINE})`

/** Looked up once a statement, before any row. */
export function gateOpen(bank: string): RawBuilder<boolean> {
  return sql`not exists (
    select from bank_gates g where g.bank = ${bank} and (g.closed_at is not null or ${STOPPED}))`
}

/** The canary alone goes past a closed gate, never past a hold or a brake. */
export function gateLets(bank: string, canaryId: string): RawBuilder<boolean> {
  return sql`exists (
    select from bank_gates g where g.bank = ${bank} and g.canary_id = ${canaryId}::uuid and g.canary_until > now()
      and not ${STOPPED})`
}

/** What every claim writes. */
export function claimColumns(attemptId: RawBuilder<unknown>, leaseUntil: RawBuilder<unknown>) {
  return sql`
    presentations = t.presentations + 1, presented_by = array_append(t.presented_by, ${attemptId}),
    claims = least(t.claims + 1, 32767), attempt_id = ${attemptId}, attempt_started_at = now(),
    lease_until = ${leaseUntil}`
}

/** A consent nobody has asked for yet counts from its authorization. */
export const CLAIMED = sql`
  t.consent_id, t.chain, t.version, t.refresh_token, t.token_type, t.scope, t.presentations, t.claims,
  t.access_expires_at, t.due_at, t.consecutive_failures, t.attempt_id, t.attempt_started_at, c.expires_at,
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
