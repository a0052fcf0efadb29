import { sql } from 'kysely'
import type { Database } from './database.ts'

/** Which database this is: its cluster, and the timeline that a failover or a restore to a point in time begins. */
export interface DatabaseIdentity {
  readonly systemIdentifier: string | null
  readonly timeline: string
}

/** Null on a standby, and where the server does not tell. */
export async function readIdentity(db: Database): Promise<DatabaseIdentity | null> {
  const timeline = await readText(
    db,
    sql`select case when pg_is_in_recovery() then null
      else substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) end as text`,
  )
  if (timeline === null) return null
  const systemIdentifier = await readText(
    db,
    sql`select system_identifier::text as text from pg_control_system()`,
  )
  return { systemIdentifier, timeline }
}

/** SQLSTATEs of a managed service that withholds a function: permission, support, existence. */
const WITHHELD = /^(42501|0A000|42883)$/

async function readText(db: Database, query: ReturnType<typeof sql>): Promise<string | null> {
  try {
    const { rows } = await query.execute(db)
    return (rows[0] as { text: string | null } | undefined)?.text ?? null
  } catch (error) {
    if (WITHHELD.test(String((error as { code?: unknown }).code))) return null
    throw error
  }
}
