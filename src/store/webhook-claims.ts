import { sql } from 'kysely'
import type { ClaimedDelivery, Settlement, WebhookStore } from '../core/webhook.ts'
import type { Database } from './database.ts'
import { intervalMs } from './rows.ts'
import type { DeliveryRow } from './schema.ts'
import { toMessage } from './webhook-rows.ts'

type ClaimInput = Parameters<WebhookStore['claim']>[0]

/** Behind one that is being sent this long at most, should the word that it was delivered be missed. */
const LOOK_AGAIN = sql`interval '1 second'`

/**
 * Takes what is due, in one statement and under the rows' own locks. What stands behind an earlier message of its
 * consent is put off to the next attempt of that one, and so is not looked at again and again meanwhile; what ends
 * an attempt makes it due at once.
 */
export async function claimDeliveries(db: Database, { subscriber, limit, leaseMs }: ClaimInput) {
  const { rows } = await sql<DeliveryRow & { claimed: boolean }>`
    with due as materialized (
      select id, consent_id from webhook_deliveries
      where subscriber = ${subscriber} and state = 'pending' and next_attempt_at <= now()
      order by next_attempt_at, id limit ${limit} for update skip locked
    ), placed as materialized (
      select d.id, (
        select case when e.sending then now() + ${LOOK_AGAIN} else greatest(e.next_attempt_at, now() + ${LOOK_AGAIN}) end
        from webhook_deliveries e
        where e.consent_id = d.consent_id and e.subscriber = ${subscriber} and e.state = 'pending' and e.id < d.id
        order by e.id limit 1) as behind
      from due d
    )
    update webhook_deliveries w
    set next_attempt_at = coalesce(p.behind, now() + ${intervalMs(leaseMs)}), sending = p.behind is null,
      attempts = w.attempts + case when p.behind is null then 1 else 0 end,
      last_attempt_at = case when p.behind is null then now() else w.last_attempt_at end
    from placed p where w.id = p.id
    returning w.*, p.behind is null as claimed`.execute(db)
  return { claimed: rows.filter(({ claimed }) => claimed).map(toClaim), looked: rows.length }
}

function toClaim(row: DeliveryRow): ClaimedDelivery {
  return { ...toMessage(row), id: row.id, attempt: row.attempts }
}

/** An attempt and what it came to. */
export interface Settled {
  readonly claim: Pick<ClaimedDelivery, 'id' | 'attempt'>
  readonly settlement: Settlement
}

/** Ends attempts, many in one statement, and makes the next of their consents due. */
export async function settleDeliveries(db: Database, settled: readonly Settled[]): Promise<void> {
  await sql`
    with results as (
      select * from jsonb_to_recordset(${JSON.stringify(settled.map(toResult))}::jsonb) as r(
        id bigint, attempt int, outcome text, error text, retry_after_ms float8)
    ), settled as (
      update webhook_deliveries d
      set state = case when r.outcome in ('delivered', 'dead') then r.outcome else 'pending' end, sending = false,
        attempts = d.attempts - case when r.outcome = 'released' then 1 else 0 end,
        next_attempt_at = case when r.outcome in ('failed', 'released')
          then now() + coalesce(r.retry_after_ms, 0) * interval '1 millisecond' end,
        last_error = case r.outcome when 'delivered' then null when 'released' then d.last_error else r.error end,
        finished_at = case when r.outcome in ('delivered', 'dead') then now() end
      from results r
      where d.id = r.id and ((r.outcome = 'delivered' and d.state <> 'delivered')
        or (d.state = 'pending' and d.sending and d.attempts = r.attempt))
      returning d.id, d.subscriber, d.consent_id, d.state
    ), next as (
      select (select w.id from webhook_deliveries w
        where w.consent_id = s.consent_id and w.subscriber = s.subscriber and w.state = 'pending' and w.id > s.id
        order by w.id limit 1) as id
      from settled s where s.state <> 'pending'
    )
    update webhook_deliveries w set next_attempt_at = now()
    where w.id = any(array(select id from next where id is not null)) and w.state = 'pending' and not w.sending`.execute(
    db,
  )
}

function toResult({ claim, settlement }: Settled) {
  const told = 'error' in settlement ? settlement : { error: null, retryAfterMs: 0 }
  return {
    id: claim.id,
    attempt: claim.attempt,
    outcome: settlement.outcome,
    error: told.error,
    retry_after_ms: told.retryAfterMs,
  }
}
