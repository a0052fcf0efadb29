import { randomBytes } from 'node:crypto'
import pg from 'pg'
import type t from 'tap'
import {
  createPrivateServer,
  type PrivateServer,
  type PrivateServerOptions,
} from './embedded-postgres-private.ts'
import { sharedServer } from './embedded-postgres-shared.ts'

type Test = Pick<typeof t, 'teardown'>

/** A database of one test file. */
export interface TestDatabase {
  url: string
  /** Drops it, connections in use or not; may be called again. */
  drop(): Promise<unknown>
}

/** Gives a new database with the migrations applied, dropped when `t` ends. */
export async function createTestDatabase(t?: Test): Promise<TestDatabase> {
  const { url, template } = await sharedServer()
  return createDatabase(url, template, t)
}

/** Gives a new database without any table, dropped when `t` ends. */
export async function createEmptyDatabase(t?: Test): Promise<TestDatabase> {
  const { url } = await sharedServer()
  return createDatabase(url, 'template0', t)
}

/** Where brokers reach a database: through the run's PgBouncer, where it has one for that server. */
export async function asServicesReach(databaseUrl: string): Promise<string> {
  if (process.env.TEST_PGBOUNCER !== 'on') return databaseUrl
  const { url, pooledUrl } = await sharedServer()
  if (pooledUrl === null || new URL(url).host !== new URL(databaseUrl).host) return databaseUrl
  return Object.assign(new URL(databaseUrl), { port: new URL(pooledUrl).port }).href
}

/** Starts a server only this test uses, which it may stop, kill and start again; destroyed when `t` ends. */
export async function startPrivateServer(t?: Test, options?: PrivateServerOptions): Promise<PrivateServer> {
  const server = await createPrivateServer(options)
  t?.teardown(() => server.destroy())
  return server
}

async function createDatabase(serverUrl: string, template: string, t?: Test): Promise<TestDatabase> {
  const name = `test_${randomBytes(6).toString('hex')}`
  // Measured: 10 ms in memory, where `wal_log` takes 20; its two checkpoints cost nothing without fsync.
  const admin = administer(serverUrl)
  await admin.query(`create database ${name} template ${template} strategy file_copy`)
  const drop = () => admin.query(`drop database if exists ${name} with (force)`)
  // One that stays goes with its server, at the end of the run; what was tested is tested.
  t?.teardown(() => drop().catch((error) => process.stderr.write(`${name} was not dropped: ${error}\n`)))
  return { url: new URL(`/${name}`, serverUrl).href, drop }
}

const administrations = new Map<string, pg.Pool>()

/** The one connection by which this process makes and drops its databases: to open another costs as much as either. */
function administer(serverUrl: string): pg.Pool {
  const known = administrations.get(serverUrl)
  if (known !== undefined) return known
  const pool = new pg.Pool({
    connectionString: serverUrl,
    max: 1,
    allowExitOnIdle: true,
    idleTimeoutMillis: 0,
  })
  pool.on('error', () => {})
  administrations.set(serverUrl, pool)
  return pool
}
