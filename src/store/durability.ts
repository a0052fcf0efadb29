import { sql } from 'kysely'
import pg from 'pg'
import { OperatorError } from '../core/errors.ts'
import type { Database } from './database.ts'
import { isStorageTrouble } from './storage-error.ts'

/** As `server_version_num` has it. */
const OLDEST_SERVER = 150_000

/** Raises `database_unusable` for a server that lacks what the statements and the schema need. */
export async function assertSupported(db: Database): Promise<void> {
  const { rows } = await sql<{ version: number; text: string }>`
    select current_setting('server_version_num')::int as version, current_setting('server_version') as text`.execute(
    db,
  )
  const [server] = rows
  if (server === undefined || server.version >= OLDEST_SERVER) return
  throw new OperatorError(
    'database_unusable',
    `The database is PostgreSQL ${server.text}: 15 or newer is needed.`,
  )
}

/** Raises `schema_unusable` where a commit could be forgotten: a token spent and not remembered is lost. */
export async function assertDurable(db: Database): Promise<void> {
  const { rows } = await sql<{ synchronous_commit: string }>`show synchronous_commit`.execute(db)
  if (rows[0]?.synchronous_commit !== 'off') return
  throw new OperatorError(
    'schema_unusable',
    'The database runs with synchronous_commit=off and may forget a commit: set it to on for this role.',
  )
}

/** Whether a failover may forget a commit: standbys follow, and a commit waits for none. Null: not to be seen. */
export async function mayForgetOnFailover(db: Database): Promise<boolean | null> {
  try {
    return (await countStandbys(db)) > 0 && !(await waitsForStandby(db))
  } catch (error) {
    if (isStorageTrouble(error) || !(error instanceof pg.DatabaseError)) throw error
    return null
  }
}

/** A role without `pg_monitor` sees the rows, but not the state in them. Neither a base backup nor a subscriber takes over. */
async function countStandbys(db: Database): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from pg_stat_replication r
    where r.state is distinct from 'backup' and not exists (
      select from pg_replication_slots s where s.active_pid = r.pid and s.slot_type = 'logical')`.execute(db)
  return rows[0]?.count ?? 0
}

async function waitsForStandby(db: Database): Promise<boolean> {
  const { rows } = await sql<{ names: string; commit: string }>`
    select current_setting('synchronous_standby_names') as names,
      current_setting('synchronous_commit') as commit`.execute(db)
  return rows[0] !== undefined && rows[0].names.trim() !== '' && rows[0].commit !== 'local'
}
