import { readdir, readFile } from 'node:fs/promises'
import { sql } from 'kysely'
import { type Migration, Migrator } from 'kysely/migration'
import { OperatorError } from '../core/errors.ts'
import { Secret } from '../core/secret.ts'
import { buildAhead } from './build-ahead.ts'
import { type Database, openDatabase, type Tx } from './database.ts'
import { assertSupported } from './durability.ts'

/** Waiting for another replica's migration counts too. */
const MIGRATION_TIMEOUT_MS = 600_000
/**
 * An index that is built beside others' work waits for every transaction that is open: a backup may take hours. Given up
 * sooner, the server would go on with it unseen, and meet the next attempt.
 */
const BUILD_TIMEOUT_MS = 24 * 3_600_000
/**
 * Whoever reads while a migration waits for a lock waits behind it: a backup under way would keep the replicas that
 * still run from every row. The start tries again.
 */
const LOCK_TIMEOUT = '1s'
/** One version had the gate under the former name, and no `0004_presented_by`: its first migrations held that, or did not. */
const RENAMED = { from: '0004_gate', to: '0005_gate' }
const FOLDER = new URL('../../migrations/', import.meta.url)

/** Brings the schema of the database at `url` up to date. Safe when several replicas start at once. */
export async function migrateToLatest(url: string): Promise<readonly string[]> {
  const open = (queryTimeoutMs: number) =>
    openDatabase({ url: new Secret(url), maxConnections: 2, queryTimeoutMs, onError: () => {} })
  const [db, patient] = [open(MIGRATION_TIMEOUT_MS), open(BUILD_TIMEOUT_MS)]
  try {
    await assertSupported(db)
    return await migrate(db, patient)
  } finally {
    await Promise.all([db.destroy(), patient.destroy()])
  }
}

/** Applies what is missing; resolves its names. Raises `schema_unusable` for a newer or foreign schema. */
async function migrate(db: Database, patient: Database): Promise<readonly string[]> {
  await assertSchemaIsOurs(db)
  if ((await missingAmong(await recordedMigrations(db))).length === 0) return []
  await buildIndexesAhead(patient)
  return db.transaction().execute(async (tx) => {
    await awaitTurn(tx)
    if ((await recordedMigrations(tx)).includes(RENAMED.from)) await rename(tx)
    const { error, results } = await migrator(tx).migrateToLatest()
    if (error !== undefined) throw error
    return (results ?? [])
      .filter(({ status }) => status === 'Success')
      .map(({ migrationName }) => migrationName)
  })
}

/**
 * One replica at a time. Kysely's own lock belongs to a session: behind a transaction pooler it would be taken in one
 * and given back in another, and kept from everybody. The number is Kysely's, for earlier versions of ours wait by it.
 */
async function awaitTurn(tx: Tx): Promise<void> {
  await sql`select pg_advisory_xact_lock(3853314791062309107)`.execute(tx)
}

/** Of the next migration alone: the tables and columns it is about are there. An empty database needs none of it. */
async function buildIndexesAhead(db: Database): Promise<void> {
  const applied = await appliedMigrations(db)
  const [next] = await missingAmong(applied)
  if (next === undefined || applied.length === 0) return
  await buildAhead(db, await readFile(new URL(`${next}.sql`, FOLDER), 'utf8'))
}

/** Raises `schema_unusable` unless the schema is exactly the one this version was built for. */
export async function checkSchema(db: Database): Promise<void> {
  const { missing } = await readSchemaState(db)
  if (missing.length === 0) return
  throw new OperatorError(
    'schema_unusable',
    `The database lacks the migrations ${missing.join(', ')}: run "npm run migrate", or start with MIGRATE=auto.`,
  )
}

/** Which migrations the database has, and which it lacks; raises `schema_unusable` for a newer or foreign schema. */
export async function readSchemaState(db: Database) {
  await assertSchemaIsOurs(db)
  const applied = await appliedMigrations(db)
  return { applied, missing: await missingAmong(applied) }
}

async function assertSchemaIsOurs(db: Database): Promise<void> {
  const known = new Set(await migrationNames())
  const unknown = (await appliedMigrations(db)).filter((name) => !known.has(name))
  if (unknown.length === 0) return
  throw new OperatorError(
    'schema_unusable',
    `The database was migrated by a newer version (${unknown.join(', ')}): start that version or a later one.`,
  )
}

async function missingAmong(applied: readonly string[]): Promise<string[]> {
  return (await migrationNames()).filter((name) => !applied.includes(name))
}

async function rename(db: Database): Promise<void> {
  await sql`update kysely_migration set name = ${RENAMED.to} where name = ${RENAMED.from}`.execute(db)
}

async function appliedMigrations(db: Database): Promise<string[]> {
  return (await recordedMigrations(db)).map((name) => (name === RENAMED.from ? RENAMED.to : name))
}

async function recordedMigrations(db: Database): Promise<string[]> {
  const { rows: tables } = await sql<{ present: boolean }>`
    select to_regclass('kysely_migration') is not null as present`.execute(db)
  if (tables[0]?.present !== true) return []
  const { rows } = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(db)
  return rows.map(({ name }) => name)
}

async function migrationNames(): Promise<string[]> {
  const files = await readdir(FOLDER)
  return files
    .filter((file) => file.endsWith('.sql'))
    .map((file) => file.slice(0, -'.sql'.length))
    .sort()
}

function migrator(db: Tx): Migrator {
  const provider = { getMigrations: readMigrations }
  // What was renamed went ahead of one with a lower number.
  return new Migrator({ db, provider, allowUnorderedMigrations: true })
}

async function readMigrations(): Promise<Record<string, Migration>> {
  const names = await migrationNames()
  return Object.fromEntries(await Promise.all(names.map(async (name) => [name, await readMigration(name)])))
}

async function readMigration(name: string): Promise<Migration> {
  const text = await readFile(new URL(`${name}.sql`, FOLDER), 'utf8')
  return {
    up: async (db) => {
      await sql.raw(`set local lock_timeout = '${LOCK_TIMEOUT}';\n${text}`).execute(db)
    },
  }
}
