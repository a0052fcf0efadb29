import { sql } from 'kysely'
import { CONSENT_STATUSES, type ConsentStatus } from '../core/consent.ts'
import type { StoreSummary } from '../core/consent-store.ts'
import type { Database } from './database.ts'

/** Counts what operations look at first. */
export async function summary(db: Database, now: Date): Promise<StoreSummary> {
  const [counts, refresh, hold] = await Promise.all([
    countByStatus(db, now),
    refreshLag(db, now),
    readHold(db),
  ])
  return { countsByStatus: counts, ...refresh, hold }
}

/** A consent past its end counts as expired, as `effectiveStatus` in the core has it. */
async function countByStatus(db: Database, now: Date): Promise<Record<ConsentStatus, number>> {
  const { rows } = await sql<{ status: ConsentStatus; count: number }>`
    select case when status in ('pending', 'active', 'reauthorization_required') and expires_at <= ${now} then 'expired'
      else status end as status, count(*)::int as count
    from consents group by 1`.execute(db)
  const counted = new Map(rows.map(({ status, count }) => [status, count]))
  const entries = CONSENT_STATUSES.map((status) => [status, counted.get(status) ?? 0])
  return Object.fromEntries(entries) as Record<ConsentStatus, number>
}

interface Lag {
  due: number
  oldestDueAt: Date | null
  failing: number
  uncertain: number
  expiringWithin14Days: number
}

async function refreshLag(db: Database, now: Date): Promise<Lag> {
  const { rows } = await sql<Lag>`
    select
      (select count(*)::int from consent_tokens where due_at <= now()) as due,
      (select min(due_at) from consent_tokens where due_at <= now()) as "oldestDueAt",
      (select count(*)::int from consent_tokens where due_at is not null and consecutive_failures > 0) as failing,
      (select count(*)::int from consent_tokens where due_at is not null and presentations > 0
        and (attempt_id is null or lease_until <= now())) as uncertain,
      (select count(*)::int from consents where status in ('active', 'reauthorization_required')
        and expires_at > ${now} and expires_at < ${now}::timestamptz + interval '14 days') as "expiringWithin14Days"`.execute(
    db,
  )
  return rows[0] ?? { due: 0, oldestDueAt: null, failing: 0, uncertain: 0, expiringWithin14Days: 0 }
}

async function readHold(db: Database): Promise<StoreSummary['hold']> {
  const { rows } = await sql<{ by: string; reason: string; until: Date }>`
    select held_by as by, hold_reason as reason, hold_until as until
    from bank_gates where hold_until > now() limit 1`.execute(db)
  return rows[0] ?? null
}
