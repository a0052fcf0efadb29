import { sql } from 'kysely'
import type { Database } from './database.ts'

/** Reads the clock that decides leases and due times. */
export async function readDatabaseTime(db: Database): Promise<Date> {
  const { rows } = await sql<{ time: Date }>`select clock_timestamp() as time`.execute(db)
  if (rows[0] === undefined) throw new Error('The database told no time.')
  return rows[0].time
}
