import { sql } from 'kysely'
import type { CanaryResult, CanaryTerms } from '../core/gate-store.ts'
import { replayable, rotates } from './claim-rows.ts'
import type { Database } from './database.ts'
import { intervalMs } from './rows.ts'

/**
 * One canary at a time for the fleet, when its time has come: at a closed gate, and at an open one for a replay
 * that no other consent's answer has shown to be safe.
 */
export async function takeCanary(
  db: Database,
  bank: string,
  { canaryId, leaseMs, patienceMs, replay }: CanaryTerms,
): Promise<'closed' | 'open' | null> {
  const { rows } = await sql<{ closed: boolean }>`
    update bank_gates g
    set canary_id = ${canaryId}::uuid, canary_until = now() + ${intervalMs(leaseMs)}
    where g.bank = ${bank} and g.braked_at is null and (g.hold_until is null or g.hold_until <= now())
      and (g.canary_until is null or g.canary_until <= now())
      and (g.next_canary_at is null or g.next_canary_at <= now())
      and (g.closed_at is not null or exists (
        select from consent_tokens t where ${replayable({ replay })}
          and (select ${rotates(bank)} from consents c where c.id = t.consent_id)
          and t.uncertain_at <= now() - ${intervalMs(patienceMs)}
          and (g.healthy_at is null or g.healthy_at <= t.uncertain_at)))
    returning g.closed_at is not null as closed`.execute(db)
  if (rows[0] === undefined) return null
  return rows[0].closed ? 'closed' : 'open'
}

/** Ends a canary; one that was well opens the gate, and refreshing begins anew with one call in flight. */
export async function endCanary(
  db: Database,
  bank: string,
  { canaryId, result, waitMs }: { canaryId: string; result: CanaryResult; waitMs: number },
): Promise<void> {
  const changes = {
    well: sql`closed_at = null, close_reason = null, canary_failures = 0, healthy_at = now(), next_canary_at = null,
      score = case when g.closed_at is null then g.score else 0 end,
      offenders = case when g.closed_at is null then g.offenders else '{}' end,
      epoch = g.epoch + (g.closed_at is not null)::int`,
    failed: sql`canary_failures = g.canary_failures + 1, next_canary_at = now() + ${intervalMs(waitMs)}`,
    idle: sql`next_canary_at = now() + ${intervalMs(waitMs)}`,
  }[result]
  await sql`
    with was as (
      select bank, closed_at, close_reason, canary_failures from bank_gates
      where bank = ${bank} and canary_id = ${canaryId}::uuid for update
    ), ended as (
      update bank_gates g set canary_id = null, canary_until = null, ${changes}
      from was where g.bank = was.bank
      returning g.bank, was.close_reason, was.closed_at, was.canary_failures,
        was.closed_at is not null and g.closed_at is null as opens
    )
    insert into bank_events (bank, type, actor, detail, occurred_at)
    select bank, 'gate.opened', 'broker', jsonb_build_object('reason', close_reason, 'closed_at', closed_at,
      'canaries', canary_failures + 1), now() from ended where opens`.execute(db)
}

/** Nothing changes where the gate is closed for another reason: the bank's own trouble is no less for it. */
export async function hurryCanary(db: Database, bank: string): Promise<void> {
  await sql`
    update bank_gates set next_canary_at = now(), canary_failures = 0
    where bank = ${bank} and closed_at is not null and close_reason = 'bank_refuses_us'`.execute(db)
}
