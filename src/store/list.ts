import { sql } from 'kysely'
import type {
  ConsentFilter,
  ConsentPage,
  ConsentRecord,
  ListRequest,
  PagePosition,
} from '../core/consent-store.ts'
import type { Database } from './database.ts'
import { matches } from './list-filters.ts'
import { type Section, sectionsOf } from './list-sections.ts'
import { type Entry, type Find, walk } from './list-walk.ts'
import { type RecordRow, SELECT_RECORD, toRecord } from './records.ts'

/**
 * Lists consents by sections, each through an index of its own, from where the page before ended. What did not change
 * meanwhile is listed once: all keys are those of the row itself.
 */
export async function listConsents(
  db: Database,
  filter: ConsentFilter,
  { order, now, limit, after }: ListRequest,
): Promise<ConsentPage> {
  const sections = sectionsOf({ order, filter, now })
  const find: Find = (section, from, count) => findEntries(db, section, { after: from, count })
  const { ids, next } = await walk(sections, find, { limit, after })
  return { records: await readRecords(db, ids, { filter, now }), next }
}

/** Times are told to the microsecond, as the index has them: a cursor that rounds would skip or repeat. */
async function findEntries(
  db: Database,
  { arms, newestFirst }: Section,
  { after, count }: { after: PagePosition | null; count: number },
): Promise<Entry[]> {
  const merged = sql.join(
    arms.map((arm) => arm(after, count)),
    sql` union all `,
  )
  const direction = newestFirst ? sql`desc` : sql`asc`
  const { rows } = await sql<Entry>`
    select e.id, e.listed is true as listed, case when isfinite(e.at)
      then to_char(e.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') else 'infinity' end as at
    from (${merged}) e order by e.at ${direction}, e.id ${direction} limit ${count}`.execute(db)
  return rows
}

/** What was changed since it was found, and is no more what is asked for, is left out. */
async function readRecords(
  db: Database,
  ids: readonly string[],
  { filter, now }: { filter: ConsentFilter; now: Date },
): Promise<ConsentRecord[]> {
  if (ids.length === 0) return []
  const { rows } = await sql<RecordRow>`
    ${SELECT_RECORD} where c.id = any(${[...ids]}::uuid[]) and ${matches(filter, now)}`.execute(db)
  const records = new Map(rows.map((row) => [row.id, toRecord(row)]))
  return ids.flatMap((id) => records.get(id) ?? [])
}
