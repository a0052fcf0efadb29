import { sql } from 'kysely'
import type { NewPair } from '../core/consent-store.ts'
import type { SettleResult } from '../core/token-store.ts'
import type { AttemptId } from './attempt.ts'
import type { Database } from './database.ts'
import { CHANGE_CHANNEL } from './events.ts'
import { pairColumns } from './rows.ts'

export interface Settlement {
  readonly attempt: AttemptId
  readonly pair: NewPair
}

interface SettledRow {
  number: number
  settled: boolean
  own: boolean
  present: boolean
}

/**
 * Writes good answers, many in one statement. An answer that finds no place may have waited for a change its
 * statement can't see, such as its own first try: those are written once more.
 */
export async function settleAll(db: Database, settlements: readonly Settlement[]): Promise<SettleResult[]> {
  const results = await write(db, settlements)
  const left = settlements.filter((_, index) => results[index] === 'superseded')
  if (left.length === 0) return results
  const again = await write(db, left)
  return results.map((result) => (result === 'superseded' ? (again.shift() ?? result) : result))
}

/**
 * An answer needs chain and version only, not the lease; at the version above it wins only as the answer of a
 * later presentation. It turns `rotation_lost` back, and makes an imported consent active, unless its chain must
 * first prove to be for the account that is known. The pair of a consent that has ended otherwise is due no more.
 *
 * The answer to a claim that is still its own, of an active consent, changes the tokens alone. For any other the
 * consent is locked, before all tokens, and what it is from then on decides.
 */
async function write(db: Database, settlements: readonly Settlement[]): Promise<SettleResult[]> {
  const { rows } = await sql<SettledRow>`
    with answers as (
      select * from jsonb_to_recordset(${JSON.stringify(settlements.map(toAnswer))}::jsonb) as a(
        number int, consent_id uuid, chain int, version int, attempt_id uuid, presentation smallint,
        access_token text, refresh_token text, token_type text, scope text,
        obtained_at timestamptz, access_expires_at timestamptz, due_at timestamptz, certificate text)
    ), uncommon as (
      select a.consent_id from answers a join consents c on c.id = a.consent_id
        join consent_tokens t on t.consent_id = a.consent_id
      where c.status <> 'active' or t.attempt_id is distinct from a.attempt_id
    ), locked as materialized (
      select id, status, status_reason, iban_hash from consents
      where id = any(array(select consent_id from uncommon)) order by id for no key update
    ), settled as (
      update consent_tokens t
      set version = a.version + 1, access_token = a.access_token, refresh_token = a.refresh_token,
        token_type = a.token_type, scope = a.scope, obtained_at = a.obtained_at,
        access_expires_at = a.access_expires_at, certificate = a.certificate, presentations = 0, presented_by = '{}',
        due_at = case when l.id is null or l.status in ('active', 'pending') or l.status_reason = 'rotation_lost'
          then a.due_at end,
        attempt_id = null, attempt_started_at = null, lease_until = null, retry_at = null,
        settled_attempt_id = a.attempt_id, settled_presentation = a.presentation, last_success_at = now(),
        consecutive_failures = 0, last_error = null, unreadable_answer = null, claims = 0,
        uncertain_at = null, uncertain_reasons = '{}', refused_at = null
      from answers a left join locked l on l.id = a.consent_id
      where (select count(*) from locked) >= 0 and t.consent_id = a.consent_id and t.chain = a.chain
        and (l.id is not null or t.attempt_id = a.attempt_id)
        and (t.version = a.version or (t.version = a.version + 1 and t.settled_presentation > 0
          and t.settled_presentation < a.presentation))
      returning a.number, t.consent_id
    ), revived as (
      update consents c
      set status = case when l.status = 'failed' and l.iban_hash is not null then 'pending' else 'active' end,
        status_reason = null, ended_at = null
      from settled s join locked l on l.id = s.consent_id
      where c.id = l.id and ((l.status = 'pending' and l.iban_hash is null)
        or (l.status in ('reauthorization_required', 'failed') and l.status_reason = 'rotation_lost'))
      returning c.id, l.status as was
    ), told as (
      insert into consent_events (consent_id, type, actor, detail, occurred_at)
      select id, case was when 'pending' then 'consent.activated' else 'consent.recovered' end, 'broker', '{}', now() from revived
      order by id
    ), notified as (
      select pg_notify(${CHANGE_CHANNEL}, id::text) from revived
    )
    select a.number, s.number is not null as settled, t.consent_id is not null as present,
      coalesce(t.chain = a.chain and t.settled_attempt_id = a.attempt_id
        and t.settled_presentation = a.presentation, false) as own,
      (select count(*) from notified) as notified
    from answers a left join settled s on s.number = a.number
      left join consent_tokens t on t.consent_id = a.consent_id
    order by a.number`.execute(db)
  return rows.map(toResult)
}

function toAnswer({ attempt, pair }: Settlement, number: number) {
  return {
    number,
    consent_id: attempt.consentId,
    chain: attempt.chain,
    version: attempt.version,
    attempt_id: attempt.attemptId,
    presentation: attempt.presentation,
    ...pairColumns(pair),
  }
}

function toResult({ settled, own, present }: SettledRow): SettleResult {
  if (settled || own) return 'settled'
  return present ? 'superseded' : 'gone'
}
