import { sql } from 'kysely'
import type { Housekeeping } from '../core/token-store.ts'
import type { Database } from './database.ts'
import { CHANGE_CHANNEL } from './events.ts'
import { intervalMs } from './rows.ts'

type Input = Parameters<Housekeeping['run']>[0]

/** A live holder or a restarted spool can settle no more: the access token has ended, and this long ago the lease. */
function abandoned({ salvageWaitMs }: Input) {
  if (salvageWaitMs === null) return sql`false`
  return sql`t.access_expires_at <= now() and t.lease_until + ${intervalMs(salvageWaitMs)} <= now()`
}

/** By a replica of a version that did not know of second presentations, while others were brought up to date. */
const PARKED_BEFORE = sql`(t.attempt_id is null and t.uncertain_at is null and t.access_expires_at <= now())`

/**
 * Parks the claims whose holders are gone for good, so that their tokens get their second presentation (DESIGN
 * 4.3). No lock is waited for: what is held by another is left for the next look.
 */
export async function loseClaims(db: Database, input: Input): Promise<number> {
  // Not now: it would read all that is due, to give up nothing.
  if (input.salvageWaitMs === null) return 0
  const { rows } = await sql`
    with over as materialized (
      select consent_id from consent_tokens t
      where t.due_at <= now() and t.presentations = 1
        and (t.attempt_id is not null and ${abandoned(input)} or ${PARKED_BEFORE})
      order by t.due_at limit ${input.limit} for no key update skip locked
    ), parked as (
      update consent_tokens t
      set attempt_id = null, attempt_started_at = null, lease_until = null, last_error = 'claim_lost',
        consecutive_failures = consecutive_failures + 1, uncertain_at = now(),
        uncertain_reasons = array_append(t.uncertain_reasons, 'claim_lost')
      from over o where t.consent_id = o.consent_id
      returning t.consent_id, t.presentations
    )
    insert into consent_events (consent_id, type, actor, detail, occurred_at)
    select consent_id, 'rotation.uncertain', 'broker', jsonb_build_object('error', 'claim_lost', 'presentations',
      presentations), now() from parked order by consent_id returning id`.execute(db)
  return rows.length
}

/** A token presented twice whose answer can't come any more: both are unanswered, or their holders died. */
export async function loseRotations(db: Database, input: Input): Promise<number> {
  const { rows } = await sql`
    with over as materialized (
      select consent_id from consent_tokens t
      where t.uncertain_at is not null and t.presentations > 1 and t.access_expires_at <= now()
        and (t.attempt_id is null or ${abandoned(input)})
      order by t.uncertain_at limit ${input.limit} for no key update skip locked
    ), free as materialized (
      select id from consents where id = any(array(select consent_id from over)) for no key update skip locked
    ), lost as (
      update consent_tokens t
      set attempt_id = null, attempt_started_at = null, lease_until = null, due_at = null, uncertain_at = null,
        last_error = case when t.attempt_id is null then coalesce(t.last_error, 'claim_lost') else 'claim_lost' end,
        uncertain_reasons = case when t.attempt_id is null then t.uncertain_reasons
          else array_append(t.uncertain_reasons, 'claim_lost') end
      from free f where t.consent_id = f.id
      returning t.consent_id, t.last_error, t.presentations, case
        when 'claim_lost' = all(t.uncertain_reasons) then 'two_holders_lost' else 'unanswered_twice' end as lost_by
    ), changed as (
      update consents c set
        status = case when c.status = 'pending' then 'failed' else 'reauthorization_required' end,
        status_reason = 'rotation_lost', ended_at = case when c.status = 'pending' then now() end
      from lost l where c.id = l.consent_id and c.status in ('active', 'pending')
      returning c.id, c.status, l.last_error, l.presentations, l.lost_by
    ), told as (
      insert into consent_events (consent_id, type, actor, detail, occurred_at)
      select id, 'consent.' || status, 'broker', jsonb_build_object('reason', 'rotation_lost', 'error', last_error,
        'limit', lost_by, 'presentations', presentations), now() from changed order by id
    )
    select id, pg_notify(${CHANGE_CHANNEL}, id::text) from changed`.execute(db)
  return rows.length
}
