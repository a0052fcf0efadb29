import { sql } from 'kysely'
import type { Endings } from '../core/summary.ts'
import type { Database } from './database.ts'

interface EndingsRow {
  within1d: number
  within7d: number
  within14d: number
  nextAt: Date | null
}

const NONE: EndingsRow = { within1d: 0, within7d: 0, within14d: 0, nextAt: null }

/** Reads the index `consents_end`, and no further than the longest of these times. */
export async function readEndings(db: Database, now: Date): Promise<Endings> {
  const within = (days: number) => sql`${now}::timestamptz + ${`${days} days`}::interval`
  const { rows } = await sql<EndingsRow>`
    select count(*) filter (where expires_at <= ${within(1)})::int as "within1d",
      count(*) filter (where expires_at <= ${within(7)})::int as "within7d",
      count(*)::int as "within14d", min(expires_at) as "nextAt"
    from consents
    where status in ('active', 'reauthorization_required') and expires_at > ${now} and expires_at <= ${within(14)}`.execute(
    db,
  )
  const { within1d, within7d, within14d, nextAt } = rows[0] ?? NONE
  return { within: { '1d': within1d, '7d': within7d, '14d': within14d }, nextAt }
}
