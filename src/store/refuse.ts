import { sql } from 'kysely'
import type { RefusalResult } from '../core/token-store.ts'
import type { AttemptId } from './attempt.ts'
import type { Database, Tx } from './database.ts'
import { CHANGE_CHANNEL, lockChains } from './events.ts'
import { brake, takeBackVerdicts } from './refusal-brake.ts'

/**
 * The bank said `invalid_grant`. In one transaction, in the order consent, tokens, gate: the pair is no longer
 * tried, the consent needs its customer, the history says so; or the verdict stays unconfirmed, and the token
 * waits for its second presentation as one whose answer was lost.
 */
export async function refuse(
  db: Database,
  attempt: AttemptId,
  { reason, asked }: Refusal,
): Promise<RefusalResult> {
  return db.transaction().execute(async (tx) => {
    const { rows } = await sql<Refused>`
      with locked as materialized (
        select id, bank from consents where id = ${attempt.consentId} for no key update
      )
      select c.bank, t.presentations = 1 and t.refused_at is null as clean
      from consent_tokens t join locked c on c.id = t.consent_id
      where ${mine(attempt)} for update of t`.execute(tx)
    if (rows[0] === undefined) return 'not_mine'
    const doubt = asked ? await brake(tx, rows[0]) : null
    if (doubt === null) await judge(tx, attempt, { reason, asked })
    else await leaveUnconfirmed(tx, attempt, reason)
    // The one transaction that writes to many histories by more than one statement.
    if (doubt === 'braked') await lockChains(tx, [...(await takeBackVerdicts(tx)), attempt.consentId])
    return doubt ?? 'recorded'
  })
}

interface Refusal {
  readonly reason: string
  /** False where the bank was not: it gave no refresh token to ask with. */
  readonly asked: boolean
}

interface Refused {
  bank: string
  /** Presented once, never refused before: its refusal says something about the bank or about us. */
  clean: boolean
}

export function mine({ consentId, chain, version, attemptId }: AttemptId) {
  return sql`t.consent_id = ${consentId} and t.chain = ${chain} and t.version = ${version} and t.attempt_id = ${attemptId}::uuid`
}

/** `refused_by_bank` where the bank never left this token unanswered and no commit is known to be forgotten. */
async function judge(tx: Tx, attempt: AttemptId, { reason, asked }: Refusal): Promise<void> {
  await sql`
    with verdict as (
      update consent_tokens t
      set attempt_id = null, attempt_started_at = null, lease_until = null, due_at = null, uncertain_at = null,
        last_error = ${reason}, consecutive_failures = consecutive_failures + 1,
        refused_at = ${asked ? sql`now()` : sql`t.refused_at`}
      where ${mine(attempt)}
      returning t.consent_id, case
        when t.uncertain_reasons[1] = 'claim_lost' then 'holder_lost'
        when t.uncertain_reasons[1] <> 'refusal_unconfirmed' then 'answer_lost'
        when t.obtained_at <= (select g.timeline_changed_at from bank_gates g join consents c on c.bank = g.bank
          where c.id = t.consent_id) then 'commit_forgotten' end as lost_by, t.presentations
    ), judged as (
      update consents c
      set status = case when c.status = 'pending' then 'failed' else 'reauthorization_required' end,
        status_reason = case when v.lost_by is null then 'refused_by_bank' else 'rotation_lost' end,
        ended_at = case when c.status = 'pending' then now() end
      from verdict v
      where c.id = v.consent_id and c.status in ('active', 'pending')
      returning c.id, c.status, c.status_reason, v.lost_by, v.presentations
    ), told as (
      insert into consent_events (consent_id, type, actor, detail, occurred_at)
      select id, 'consent.' || status, 'bank', jsonb_strip_nulls(jsonb_build_object('reason', status_reason,
        'error', ${reason}::text, 'limit', lost_by, 'presentations', presentations)), now() from judged
    )
    select pg_notify(${CHANGE_CHANNEL}, id::text) from judged`.execute(tx)
}

async function leaveUnconfirmed(tx: Tx, attempt: AttemptId, reason: string): Promise<void> {
  await sql`
    with left_open as (
      update consent_tokens t
      set attempt_id = null, attempt_started_at = null, lease_until = null, due_at = t.access_expires_at,
        last_error = ${reason}, consecutive_failures = consecutive_failures + 1, refused_at = now(),
        uncertain_at = now(), uncertain_reasons = array_append(t.uncertain_reasons, 'refusal_unconfirmed')
      where ${mine(attempt)}
      returning t.consent_id, t.presentations
    )
    insert into consent_events (consent_id, type, actor, detail, occurred_at)
    select consent_id, 'rotation.unconfirmed', 'broker', jsonb_build_object('error', ${reason}::text,
      'presentations', presentations), now() from left_open`.execute(tx)
}
