import { sql } from 'kysely'
import type { OutcomeCounts, QuarterOutcomes } from '../core/outcomes.ts'
import type { Database } from './database.ts'

const COLUMNS = ['rotated', 'refused', 'uncertain', 'our_fault', 'not_processed'] as const

/** Adds to this quarter of an hour; a part of a statement, or one of its own. */
export function addOutcomes(bank: string, counts: OutcomeCounts) {
  const names = sql.join(COLUMNS.map((name) => sql.ref(name)))
  const added = COLUMNS.map(
    (name) => sql`${sql.ref(name)} = ${sql.ref(`bank_outcomes.${name}`)} + ${sql.ref(`excluded.${name}`)}`,
  )
  return sql`
    insert into bank_outcomes (bank, quarter, ${names})
    values (${bank}, date_bin('15 minutes', now(), 'epoch'), ${sql.join(COLUMNS.map((name) => counts[name]))})
    on conflict (bank, quarter) do update set ${sql.join(added)}`
}

/** What refreshing came to in the last 24 hours, by quarters that have any. */
export async function readOutcomes(db: Database, bank: string): Promise<QuarterOutcomes[]> {
  const { rows } = await sql<OutcomeCounts & { quarter: Date }>`
    select * from bank_outcomes where bank = ${bank} and quarter > now() - interval '24 hours'`.execute(db)
  return rows.map(({ quarter, rotated, refused, uncertain, our_fault, not_processed }) => ({
    from: quarter,
    ...{ rotated, refused, uncertain, our_fault, not_processed },
  }))
}
