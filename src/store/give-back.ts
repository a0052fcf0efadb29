import { sql } from 'kysely'
import type { Failure } from '../core/token-store.ts'
import type { AttemptId } from './attempt.ts'
import type { Database } from './database.ts'
import { CHANGE_CHANNEL } from './events.ts'
import { intervalMs } from './rows.ts'

/** A lost rotation whose every presentation was given back: the token was never evaluated. */
const UNSPENT = sql`(c.status_reason = 'rotation_lost' and t.presentations <= 1)`

/**
 * Takes the presentation back, whoever holds the row by now, and once however often it is retried; only its own
 * claim is cleared. A consent given up meanwhile lives again when its token proves to be unspent.
 */
export async function giveBack(db: Database, attempt: AttemptId, failure: Failure): Promise<void> {
  const { consentId, chain, version, attemptId } = attempt
  const retryAt = sql`now() + ${intervalMs(failure.retryAfterMs)}`
  const unlessMine = (column: string) =>
    sql`case when t.attempt_id = ${attemptId}::uuid then null else ${sql.ref(`t.${column}`)} end`
  await sql`
    with given as (
      update consent_tokens t
      set presentations = greatest(t.presentations - 1, 0), given_back_attempt_id = ${attemptId}::uuid,
        attempt_id = ${unlessMine('attempt_id')}, attempt_started_at = ${unlessMine('attempt_started_at')},
        lease_until = ${unlessMine('lease_until')}, retry_at = ${retryAt},
        due_at = case when c.status in ('active', 'pending') or ${UNSPENT} then greatest(t.due_at, ${retryAt}) end
        ${failure.counts ? sql`, last_error = ${failure.reason}, consecutive_failures = t.consecutive_failures + 1` : sql``}
      from consents c
      where t.consent_id = ${consentId} and c.id = t.consent_id and t.chain = ${chain} and t.version = ${version}
        and t.given_back_attempt_id is distinct from ${attemptId}::uuid
      returning t.consent_id, t.presentations, t.access_token is null as fresh
    ), revived as (
      update consents c
      set status = case when g.fresh then 'pending' else 'active' end, status_reason = null, ended_at = null
      from given g
      where c.id = g.consent_id and g.presentations = 0 and c.status_reason = 'rotation_lost'
        and c.status in ('reauthorization_required', 'failed')
      returning c.id
    ), told as (
      insert into consent_events (consent_id, type, actor, detail, occurred_at)
      select id, 'consent.recovered', 'broker', jsonb_build_object('reason', 'token_unspent'), now() from revived
    )
    select pg_notify(${CHANGE_CHANNEL}, id::text) from revived`.execute(db)
}
