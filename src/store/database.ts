import { Kysely, type PostgresAdapter, PostgresDialect, type PostgresPool, type Transaction } from 'kysely'
import pg from 'pg'
import type { Secret } from '../core/secret.ts'
import { NO_TRACING, type Tracer } from '../core/tracing.ts'
import { type NamingOptions, nameStatements, setPlanned } from './named-statements.ts'
import type { Tables } from './schema.ts'
import { traceStatements } from './trace-statements.ts'

export type Database = Kysely<Tables>
export type Tx = Transaction<Tables>

export interface DatabaseOptions {
  readonly url: Secret
  readonly maxConnections: number
  readonly queryTimeoutMs?: number
  /** Set where hot statements are to be known by name to the server; `planned` gives the database for them. */
  readonly naming?: NamingOptions
  /** Called for errors on idle connections, which no query would report. */
  readonly onError: (error: Error) => void
  readonly tracer?: Tracer
}

const CONNECT_TIMEOUT_MS = 5_000
const QUERY_TIMEOUT_MS = 10_000

/** Opens a pool; connections are made when they are needed, and end where another would do better. */
export function openDatabase(options: DatabaseOptions): Database {
  const { url, maxConnections, queryTimeoutMs, onError, naming, tracer = NO_TRACING } = options
  const pool = new pg.Pool({
    connectionString: url.reveal(),
    max: maxConnections,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: queryTimeoutMs ?? QUERY_TIMEOUT_MS,
    keepAlive: true,
    application_name: 'token-broker',
  })
  pool.on('error', (error) => {
    // The pool's end does not wait for the server's: a server that stops at once is heard of, and is no news.
    if (!pool.ending) onError(error)
  })
  pool.on('connect', (client) => {
    // The pool listens while a connection idles. Lost in use it fails its statement, which tells of it; an
    // event that nobody hears would end the process.
    client.on('error', () => {})
    endWhenUseless(client)
  })
  const open = (source: PostgresPool) =>
    new Kysely<Tables>({
      dialect: new PoolableDialect({ pool: source }),
      ...(tracer !== NO_TRACING && { log: traceStatements(tracer) }),
    })
  const db = open(pool)
  pools.set(db, pool)
  if (naming !== undefined) setPlanned(db, open(nameStatements(pool, naming)))
  return db
}

export interface PoolState {
  readonly total: number
  readonly idle: number
  /** Statements that wait for a connection. */
  readonly waiting: number
  readonly max: number
}

const pools = new WeakMap<Database, pg.Pool>()

/** How the connections of a database that `openDatabase` opened stand. */
export function readPool(db: Database): PoolState {
  const pool = pools.get(db)
  const { totalCount: total = 0, idleCount: idle = 0, waitingCount: waiting = 0 } = pool ?? {}
  return { total, idle, waiting, max: pool?.options.max ?? 0 }
}

/** Nothing of it belongs to a session, which a transaction pooler shares out: migrations wait by a lock of their own. */
class PoolableDialect extends PostgresDialect {
  override createAdapter(): PostgresAdapter {
    const unlocked = async () => {}
    return Object.assign(super.createAdapter(), {
      acquireMigrationLock: unlocked,
      releaseMigrationLock: unlocked,
    }) as PostgresAdapter
  }
}

type RunQuery = (...args: unknown[]) => unknown

/**
 * node-postgres gives a connection back to the pool with a late statement still running on it: the next
 * statement would wait behind it. Ending a client that is busy destroys its socket (DESIGN 4.1). And after a
 * failover a connection may lead to a server that only reads: the next may lead to the one that writes.
 */
function endWhenUseless(client: pg.PoolClient): void {
  const run = client.query.bind(client) as RunQuery
  let reason: unknown = null
  const raise = (error: unknown): never => {
    if (reason === null && (isLate(error) || isReadOnly(error))) {
      reason = error
      if (isReadOnly(error)) leaveUndone(client)
      void (client as unknown as pg.Client).end().catch(() => {})
    }
    // The rollback of a transaction fails on the ended client: what counts is why that ended.
    throw reason ?? error
  }
  const query: RunQuery = (...args) => {
    const result = run(...args)
    return result instanceof Promise ? result.catch(raise) : result
  }
  Object.assign(client, { query })
}

/**
 * A pooler would lead the next connection to the very server that this one led to. It keeps none that a client left
 * in the midst of a transaction.
 */
function leaveUndone(client: pg.PoolClient): void {
  const { connection } = client as unknown as { connection: { query(text: string): void } }
  connection.query('begin')
}

function isLate(error: unknown): boolean {
  return error instanceof Error && error.message === 'Query read timeout'
}

function isReadOnly(error: unknown): boolean {
  return error instanceof pg.DatabaseError && error.code === '25006'
}
