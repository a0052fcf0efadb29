import { sql } from 'kysely'
import type { NewPair } from '../core/consent-store.ts'
import type { Failure, SettleResult, VerdictResult } from '../core/token-store.ts'
import type { PairId } from '../core/tokens.ts'
import type { Sealed } from '../core/vault.ts'
import type { AttemptId } from './attempt.ts'
import { createBatcher } from './batcher.ts'
import type { Database } from './database.ts'
import { CHANGE_CHANNEL } from './events.ts'
import { giveBack } from './give-back.ts'
import { type Settlement, settleAll } from './settle.ts'
import { isStorageTrouble } from './storage-error.ts'

export interface Verdicts {
  settle(attempt: AttemptId, pair: NewPair): Promise<SettleResult>
  refuse(attempt: AttemptId, reason: string): Promise<VerdictResult>
  giveBack(attempt: AttemptId, failure: Failure): Promise<void>
  park(attempt: AttemptId, reason: string, unreadableAnswer: Sealed | null): Promise<VerdictResult>
}

/** Ends attempts. Good answers share statements; bad ones are rare and go alone. */
export function createVerdicts(db: Database): Verdicts {
  const settle = createBatcher<Settlement, SettleResult>((settlements) => settleAll(db, settlements), {
    // One answer the database can't take must not hold up the others that share its statement.
    failsAlone: (error) => !isStorageTrouble(error),
  })
  return {
    settle: (attempt, pair) => settle({ attempt, pair }),
    refuse: (attempt, reason) => refuse(db, attempt, reason),
    giveBack: (attempt, failure) => giveBack(db, attempt, failure),
    park: (attempt, reason, unreadableAnswer) => park(db, attempt, { reason, unreadableAnswer }),
  }
}

function mine({ consentId, chain, version, attemptId }: AttemptId) {
  return sql`consent_id = ${consentId} and chain = ${chain} and version = ${version} and attempt_id = ${attemptId}::uuid`
}

/**
 * One statement: the pair is no longer tried, the consent needs its customer, the history says so. The consent
 * is locked before its tokens, as in every change of both.
 */
async function refuse(db: Database, attempt: AttemptId, reason: string): Promise<VerdictResult> {
  const { rows } = await sql<{ id: string }>`
    with locked as materialized (
      select id from consents where id = ${attempt.consentId} for no key update
    ), verdict as (
      update consent_tokens
      set attempt_id = null, attempt_started_at = null, lease_until = null, due_at = null,
        last_error = ${reason}, consecutive_failures = consecutive_failures + 1
      where ${mine(attempt)} and consent_id = (select id from locked)
      returning consent_id, presentations
    ), judged as (
      update consents c
      set status = case when c.status = 'pending' then 'failed' else 'reauthorization_required' end,
        status_reason = case when v.presentations > 1 then 'rotation_lost' else 'refused_by_bank' end,
        ended_at = case when c.status = 'pending' then now() end
      from verdict v
      where c.id = v.consent_id and c.status in ('active', 'pending')
      returning c.id, c.status, c.status_reason
    ), told as (
      insert into consent_events (consent_id, type, actor, detail, occurred_at)
      select id, 'consent.' || status, 'bank', jsonb_build_object('reason', status_reason, 'error', ${reason}::text),
        now() from judged
    ), notified as (
      select pg_notify(${CHANGE_CHANNEL}, id::text) from judged
    )
    select consent_id as id, (select count(*) from notified) as notified from verdict`.execute(db)
  return rows.length === 0 ? 'not_mine' : 'recorded'
}

interface ParkInput {
  readonly reason: string
  readonly unreadableAnswer: Sealed | null
}

/** Leaves the presentation counted: the token may be spent. Looked at again when the access token ends. */
async function park(db: Database, attempt: AttemptId, input: ParkInput): Promise<VerdictResult> {
  const { reason, unreadableAnswer } = input
  const { rows } = await sql`
    with parked as (
      update consent_tokens
      set attempt_id = null, attempt_started_at = null, lease_until = null, due_at = access_expires_at,
        last_error = ${reason}, consecutive_failures = consecutive_failures + 1,
        unreadable_answer = coalesce(${unreadableAnswer}::text, unreadable_answer)
      where ${mine(attempt)}
      returning consent_id, presentations
    ), told as (
      insert into consent_events (consent_id, type, actor, detail, occurred_at)
      select consent_id, 'rotation.uncertain', 'broker',
        jsonb_build_object('error', ${reason}::text, 'presentations', presentations), now() from parked
    )
    select consent_id from parked`.execute(db)
  if (rows.length > 0) return 'recorded'
  if (unreadableAnswer !== null) await keepUnreadable(db, attempt, unreadableAnswer)
  return 'not_mine'
}

/** The claim is someone else's by now, but the answer may still be all that is left of the chain. */
async function keepUnreadable(
  db: Database,
  { consentId, chain, version }: PairId,
  answer: Sealed,
): Promise<void> {
  await db
    .updateTable('consent_tokens')
    .set({ unreadable_answer: answer })
    .where('consent_id', '=', consentId)
    .where('chain', '=', chain)
    .where('version', '=', version)
    .execute()
}
