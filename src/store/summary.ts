import { sql } from 'kysely'
import { CONSENT_STATUSES, type ConsentStatus } from '../core/consent.ts'
import { ENDINGS_DAYS, type Ending, type Standing, type StoreCounts } from '../core/summary.ts'
import type { Database } from './database.ts'

/**
 * Counts what operations look at first. Of all consents only indexes are read; of rows, what is in trouble, overdue, or
 * has ended and is not written down.
 */
export async function count(db: Database, now: Date): Promise<StoreCounts> {
  const [countsByStatus, rotations, endings] = await Promise.all([
    countByStatus(db, now),
    countRotations(db),
    countEndings(db, now),
  ])
  return { countsByStatus, ...rotations, ...endings }
}

/** A consent past its end counts as expired, as `effectiveStatus` in the core has it. */
async function countByStatus(db: Database, now: Date): Promise<Record<ConsentStatus, number>> {
  const { rows } = await sql<{ status: ConsentStatus; count: number; over: number }>`
    with over as materialized (
      select status, count(*)::int as count from consents
      where status in ('pending', 'active', 'reauthorization_required') and expires_at <= ${now} group by status
    )
    select written.status, written.count, coalesce(over.count, 0) as over
    from (select status, count(*)::int as count from consents group by status) written left join over using (status)`.execute(
    db,
  )
  const counted = new Map(rows.map(({ status, count, over }) => [status, count - over]))
  const expired = rows.reduce((sum, { over }) => sum + over, counted.get('expired') ?? 0)
  const entries = CONSENT_STATUSES.map((status) => [status, counted.get(status) ?? 0])
  return { ...(Object.fromEntries(entries) as Record<ConsentStatus, number>), expired }
}

type Rotations = Pick<StoreCounts, 'due' | 'failing' | 'uncertain'>

/** A claim whose holder fell silent is of a pair that is due: it is looked for there, not among all. */
async function countRotations(db: Database): Promise<Rotations> {
  const { rows } = await sql<Rotations>`
    select
      (select count(*)::int from consent_tokens where due_at <= now()) as due,
      (select count(*)::int from consent_tokens where due_at is not null
        and (consecutive_failures > 0 or uncertain_at is not null) and consecutive_failures > 0) as failing,
      (select count(*)::int from (
        select presentations, attempt_id, lease_until from consent_tokens where due_at <= now()
        union all
        select presentations, attempt_id, lease_until from consent_tokens
        where due_at > now() and (consecutive_failures > 0 or uncertain_at is not null)) t
      where presentations > 0 and (attempt_id is null or lease_until <= now())) as uncertain`.execute(db)
  return rows[0] ?? { due: 0, failing: 0, uncertain: 0 }
}

type Endings = Pick<StoreCounts, 'expiringWithin14Days' | 'endings'>

interface EndingRow {
  date: string
  count: number
  soon: number
}

/** By the index of all that has an end; imports that are not rotated yet are few, and taken off again. */
async function countEndings(db: Database, now: Date): Promise<Endings> {
  const last = new Date(now)
  last.setUTCHours(ENDINGS_DAYS * 24, 0, 0, 0)
  const soon = new Date(now.getTime() + 14 * 86_400_000)
  const until = soon > last ? soon : last
  const within = sql`expires_at > ${now} and expires_at < ${until}`
  const { rows } = await sql<EndingRow>`
    select to_char(expires_at at time zone 'UTC', 'YYYY-MM-DD') as date, sum(one)::int as count,
      coalesce(sum(one) filter (where expires_at < ${soon}), 0)::int as soon
    from (
      select expires_at, 1 as one from consents
      where status in ('pending', 'active', 'reauthorization_required') and ${within}
      union all
      select expires_at, -1 from consents where status = 'pending' and ${within}) ends
    group by 1`.execute(db)
  const counted = new Map(rows.map(({ date, count }) => [date, count]))
  return {
    expiringWithin14Days: rows.reduce((sum, row) => sum + row.soon, 0),
    endings: daysFrom(now).map((date): Ending => ({ date, count: counted.get(date) ?? 0 })),
  }
}

function daysFrom(now: Date): string[] {
  return Array.from({ length: ENDINGS_DAYS }, (_, day) => {
    const date = new Date(now)
    date.setUTCDate(date.getUTCDate() + day)
    return date.toISOString().slice(0, 10)
  })
}

/** What changes from one moment to the next, and costs nothing to look up. */
export async function readStanding(db: Database): Promise<Standing> {
  const { rows } = await sql<{ oldest: Date | null; by: string; reason: string; until: Date | null }>`
    select (select min(due_at) from consent_tokens where due_at <= now()) as oldest, hold.*
    from (select) one left join lateral (
      select held_by as by, hold_reason as reason, hold_until as until
      from bank_gates where hold_until > now() limit 1) hold on true`.execute(db)
  const { oldest = null, by = '', reason = '', until = null } = rows[0] ?? {}
  return { oldestDueAt: oldest, hold: until === null ? null : { by, reason, until } }
}
