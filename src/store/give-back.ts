import { sql } from 'kysely'
import type { Failure } from '../core/token-store.ts'
import type { AttemptId } from './attempt.ts'
import type { Database } from './database.ts'
import { CHANGE_CHANNEL } from './events.ts'
import { intervalMs } from './rows.ts'

/** A lost rotation that may be tried again: this presentation never was one, and the token was never refused. */
const UNSPENT = sql`(c.status_reason = 'rotation_lost' and t.presentations <= 2 and t.refused_at is null)`

/**
 * Takes the presentation back, whoever holds the row by now, and once however often it is retried; only its own
 * claim is cleared. A consent given up meanwhile lives again when its token proves to be unspent: one that has
 * failed was pending. The consent is locked first; what it is from then on decides.
 */
export async function giveBack(db: Database, attempt: AttemptId, failure: Failure): Promise<void> {
  const { consentId, chain, version, attemptId } = attempt
  const retryAt = sql`now() + ${intervalMs(failure.retryAfterMs)}`
  const place = sql`array_position(t.presented_by, ${attemptId}::uuid)`
  const unlessMine = (column: string) =>
    sql`case when t.attempt_id = ${attemptId}::uuid then null else ${sql.ref(`t.${column}`)} end`
  await sql`
    with locked as materialized (
      select id, status, status_reason from consents where id = ${consentId} for no key update
    ), given as (
      update consent_tokens t
      set presentations = t.presentations - 1, presented_by = array_remove(t.presented_by, ${attemptId}::uuid),
        attempt_id = ${unlessMine('attempt_id')}, attempt_started_at = ${unlessMine('attempt_started_at')},
        lease_until = ${unlessMine('lease_until')}, retry_at = ${retryAt},
        uncertain_at = case when t.presentations = 1 then null
          when c.status_reason = 'rotation_lost' and ${UNSPENT} then now() else t.uncertain_at end,
        uncertain_reasons = t.uncertain_reasons[:${place} - 1] || t.uncertain_reasons[${place} + 1:],
        due_at = case when c.status in ('active', 'pending') or ${UNSPENT} then greatest(t.due_at, ${retryAt}) end
        ${failure.counts ? sql`, last_error = ${failure.reason}, consecutive_failures = t.consecutive_failures + 1` : sql``}
      from locked c
      where t.consent_id = c.id and t.chain = ${chain} and t.version = ${version}
        and ${attemptId}::uuid = any(t.presented_by)
      returning c.id, c.status, c.status_reason, t.presentations <= 1 and t.refused_at is null as unspent
    ), revived as (
      update consents c
      set status = case g.status when 'failed' then 'pending' else 'active' end, status_reason = null, ended_at = null
      from given g
      where c.id = g.id and g.unspent and g.status_reason = 'rotation_lost'
        and g.status in ('reauthorization_required', 'failed')
      returning c.id
    ), told as (
      insert into consent_events (consent_id, type, actor, detail, occurred_at)
      select id, 'consent.recovered', 'broker', jsonb_build_object('reason', 'token_unspent'), now() from revived
    )
    select pg_notify(${CHANGE_CHANNEL}, id::text) from revived`.execute(db)
}
