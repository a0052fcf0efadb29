import { Kysely, PostgresDialect, type Transaction } from 'kysely'
import pg from 'pg'
import type { Secret } from '../core/secret.ts'
import type { Tables } from './schema.ts'

export type Database = Kysely<Tables>
export type Tx = Transaction<Tables>

export interface DatabaseOptions {
  readonly url: Secret
  readonly maxConnections: number
  readonly queryTimeoutMs?: number
  /** Called for errors on idle connections, which no query would report. */
  readonly onError: (error: Error) => void
}

const CONNECT_TIMEOUT_MS = 5_000
const QUERY_TIMEOUT_MS = 10_000

/** Opens a pool; connections are made when they are needed. */
export function openDatabase({ url, maxConnections, queryTimeoutMs, onError }: DatabaseOptions): Database {
  const pool = new pg.Pool({
    connectionString: url.reveal(),
    max: maxConnections,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: queryTimeoutMs ?? QUERY_TIMEOUT_MS,
    keepAlive: true,
    application_name: 'token-broker',
  })
  pool.on('error', onError)
  return new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) })
}
