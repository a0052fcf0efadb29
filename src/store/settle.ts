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
 * Writes good answers, many in one statement. An answer needs chain and version only, not the lease; at the
 * version above it wins only as the answer of a later presentation. It turns `rotation_lost` back, and makes an
 * imported consent active, unless its chain must first prove to be for the account that is known. The pair of a
 * consent that has ended otherwise is due no more.
 */
export async function settleAll(db: Database, settlements: readonly Settlement[]): Promise<SettleResult[]> {
  const { rows } = await sql<SettledRow>`
    with answers as (
      select * from jsonb_to_recordset(${JSON.stringify(settlements.map(toAnswer))}::jsonb) as a(
        number int, consent_id uuid, chain int, version int, attempt_id uuid, presentation smallint,
        access_token text, refresh_token text, token_type text, scope text,
        obtained_at timestamptz, access_expires_at timestamptz, due_at timestamptz)
    ), settled as (
      update consent_tokens t
      set version = a.version + 1, access_token = a.access_token, refresh_token = a.refresh_token,
        token_type = a.token_type, scope = a.scope, obtained_at = a.obtained_at,
        access_expires_at = a.access_expires_at, presentations = 0, attempt_id = null,
        due_at = case when c.status in ('active', 'pending') or c.status_reason = 'rotation_lost' then a.due_at end,
        attempt_started_at = null, lease_until = null, retry_at = null, settled_attempt_id = a.attempt_id,
        settled_presentation = a.presentation, last_success_at = now(), consecutive_failures = 0,
        last_error = null, unreadable_answer = null
      from answers a join consents c on c.id = a.consent_id
      where t.consent_id = a.consent_id and t.chain = a.chain
        and (t.version = a.version or (t.version = a.version + 1 and t.settled_presentation > 0
          and t.settled_presentation < a.presentation))
      returning a.number, t.consent_id
    ), revived as (
      update consents c
      set status = case when c.status = 'failed' and c.iban_hash is not null then 'pending' else 'active' end,
        status_reason = null, ended_at = null
      from settled s, consents before
      where c.id = s.consent_id and before.id = c.id and ((c.status = 'pending' and c.iban_hash is null)
        or (c.status in ('reauthorization_required', 'failed') and c.status_reason = 'rotation_lost'))
      returning c.id, before.status as was
    ), told as (
      insert into consent_events (consent_id, type, actor, detail, occurred_at)
      select id, case was when 'pending' then 'consent.activated' else 'consent.recovered' end, 'broker', '{}', now() from revived
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
