import {
  assertDurable,
  assertSupported,
  type Database,
  isStorageTrouble,
  lackingRights,
  mayForgetOnFailover,
  openDatabase,
  proveListening,
  readDatabaseTime,
  readSchemaState,
  readServerFacts,
} from '../store/index.ts'
import { attempt, codeOf } from './attempt.ts'
import { describeSkew } from './clocks.ts'
import { type Finding, failure, ok, type Report, skipped, warning } from './finding.ts'
import { checkKeys } from './keys.ts'
import { need } from './settings.ts'
import type { Surroundings } from './surroundings.ts'

/** Everything about the database, on connections of its own, by statements that only read. */
export async function checkDatabase(surroundings: Surroundings): Promise<readonly Report[]> {
  const { env, timeoutMs } = surroundings
  let url: ReturnType<typeof need<'DATABASE_URL'>>['DATABASE_URL']
  try {
    url = need(env, 'DATABASE_URL').DATABASE_URL
  } catch {
    return [{ check: 'database', findings: [skipped('Not looked at: DATABASE_URL is missing or wrong.')] }]
  }
  const db = openDatabase({ url, maxConnections: 2, queryTimeoutMs: timeoutMs, onError: () => {} })
  try {
    const server = await attempt('database', surroundings, () => checkServer(db))
    if (server.findings.some(({ level }) => level === 'failure')) return [server]
    return [
      server,
      await attempt('schema', surroundings, () => checkSchemaState(db, env)),
      await attempt('rights', surroundings, () => checkRights(db)),
      await attempt('encryption keys', surroundings, () => checkKeys(db, surroundings)),
      await attempt('notifications', surroundings, () => checkListening(surroundings)),
      await attempt('clock', surroundings, () => checkClock(db, surroundings)),
    ]
  } finally {
    // A server that hangs never takes leave.
    void db.destroy().catch(() => {})
  }
}

/** Runs what only reads; the server holds it to that. */
function reading<T>(db: Database, work: (db: Database) => Promise<T>): Promise<T> {
  return db.transaction().setAccessMode('read only').execute(work)
}

async function checkServer(db: Database): Promise<readonly Finding[]> {
  await reading(db, assertSupported)
  const { versionText, user, isStandby } = await reading(db, readServerFacts)
  if (isStandby) return [failure('DATABASE_URL leads to a standby, which only reads: name the primary.')]
  await reading(db, assertDurable)
  const forgets = await mayForgetOnFailover(db)
  return [
    ok(`PostgreSQL ${versionText}, as "${user}", with synchronous_commit.`),
    ...(forgets === true ? [warning(ASYNCHRONOUS)] : []),
  ]
}

const ASYNCHRONOUS =
  'The standbys are asynchronous: a failover may forget a commit, and with it a refresh token. Name one in synchronous_standby_names.'

async function checkSchemaState(db: Database, env: Surroundings['env']): Promise<readonly Finding[]> {
  const { applied, missing } = await reading(db, readSchemaState)
  if (missing.length === 0) return [ok(`Up to date: ${applied.at(-1)}.`)]
  const { MIGRATE: migrate } = need(env, 'MIGRATE')
  const names = `The database lacks ${missing.join(', ')}`
  if (migrate === 'check') return [failure(`${names}: run "npm run migrate", for MIGRATE is check.`)]
  const { mayCreate, user } = await reading(db, readServerFacts)
  return mayCreate
    ? [warning(`${names}: the next start applies that.`)]
    : [
        failure(
          `${names}, and "${user}" may create nothing in this schema: run "npm run migrate" as its owner.`,
        ),
      ]
}

async function checkRights(db: Database): Promise<readonly Finding[]> {
  const lacking = await reading(db, lackingRights)
  if (lacking.length === 0) return [ok('The user may do what the broker does.')]
  return [failure(`The user of DATABASE_URL lacks rights: ${lacking.join(', ')}. Grant them.`)]
}

async function checkListening({ env, clock }: Surroundings): Promise<readonly Finding[]> {
  const settings = need(env, 'DATABASE_URL', 'DATABASE_LISTEN_URL', 'TOKEN_CACHE')
  if (!settings.TOKEN_CACHE) return [ok('Not needed: TOKEN_CACHE is off.')]
  const name = settings.DATABASE_LISTEN_URL === null ? 'DATABASE_URL' : 'DATABASE_LISTEN_URL'
  try {
    await proveListening({ url: settings.DATABASE_LISTEN_URL ?? settings.DATABASE_URL, clock })
    return [ok(`They come by ${name}.`)]
  } catch (error) {
    const why = isStorageTrouble(error)
      ? `${name} cannot be used (${codeOf(error)})`
      : `None comes by ${name}, as through a transaction pooler`
    return [warning(`${why}: every hand-out reads its row. Name the server itself in DATABASE_LISTEN_URL.`)]
  }
}

async function checkClock(db: Database, { clock }: Surroundings): Promise<readonly Finding[]> {
  const askedAtMs = clock.monotonicMs()
  const databaseTime = await readDatabaseTime(db)
  const halfWayMs = (clock.monotonicMs() - askedAtMs) / 2
  return [describeSkew("the database's", clock.now().getTime() - halfWayMs - databaseTime.getTime())]
}
