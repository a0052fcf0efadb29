import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import type { Database } from './database.ts'

/** The first line of a migration whose indexes are. */
const MARK = '-- indexes are built ahead\n'
const INDEX = /^create index if not exists (\w+)\s+on [^;]+;/gm
/** Any number that nobody else locks by. */
const LOCK = 4_011_986_010
const RETRY_MS = 500

interface Index {
  readonly name: string
  readonly statement: string
}

/** The indexes of a migration that names itself as one of those; none of any other. */
export function indexesOf(migration: string): readonly Index[] {
  if (!migration.startsWith(MARK)) return []
  return [...migration.matchAll(INDEX)].map(([statement, name = '']) => ({ name, statement }))
}

/**
 * Builds the indexes of a migration `concurrently`, so that nobody's writes wait while a table of millions is read;
 * inside the migration's own transaction they would, for as long as all of them take. It waits for transactions that
 * are open, a backup's too, and holds nobody up meanwhile: replicas of the version before go on. One replica builds.
 */
export async function buildAhead(db: Database, migration: string): Promise<void> {
  const indexes = indexesOf(migration)
  if (indexes.length === 0) return
  while (!(await buildAlone(db, indexes))) await sleep(RETRY_MS)
}

/**
 * False where another replica builds. The lock is asked for and not waited for: who waits has a snapshot, and the
 * building of an index waits for those.
 */
async function buildAlone(db: Database, indexes: readonly Index[]): Promise<boolean> {
  return db.transaction().execute(async (holder) => {
    // Without a parameter: what is asked with one keeps its snapshot until the transaction ends.
    const { rows } = await sql
      .raw<{ mine: boolean }>(`select pg_try_advisory_xact_lock(${LOCK}) as mine`)
      .execute(holder)
    if (rows[0]?.mine !== true) return false
    // It idles while another connection builds; ended meanwhile, a second replica would build as well.
    await sql.raw('set local idle_in_transaction_session_timeout = 0').execute(holder)
    for (const index of indexes) await build(db, index)
    return true
  })
}

/** What a build that was cut short has left behind is of no use to anybody. */
async function build(db: Database, { name, statement }: Index): Promise<void> {
  const { rows } = await sql<{ valid: boolean }>`
    select indisvalid as valid from pg_index where indexrelid = to_regclass(${name})`.execute(db)
  if (rows[0]?.valid === true) return
  if (rows[0] !== undefined) await sql`drop index concurrently if exists ${sql.ref(name)}`.execute(db)
  await sql.raw(statement.replace('create index', 'create index concurrently')).execute(db)
}
