import pg from 'pg'
import { TryLaterError } from '../core/errors.ts'

/**
 * SQLSTATE classes and codes that pass by themselves: connection, resources, shutdown, failover, conflicts, the
 * server's own disk. And logins that are refused: the start has seen one that was not, so a password, an access
 * rule or the database itself is being changed.
 */
const PASSING = /^(08|28|53|58|57P0|57014|25006|3D000|40|55000|55P03)/
const CONNECTION_TEXT =
  /^(Connection terminated|Query read timeout|timeout e|Client has encountered|Client was closed|The server does not support SSL)/
/** TLS to the database: an expired certificate, a server of another name. */
const TLS_ERROR = /^(CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|HOSTNAME_|ERR_TLS_|ERR_SSL_)/
/** ECONNREFUSED and its like; Node's own ERR_… are defects of ours. */
const SYSTEM_ERROR = /^(E(?!RR_)[A-Z]+|EAI_[A-Z]+)$/
const RETRY_AFTER_SECONDS = 2

/** Serialization failure and deadlock: the server says that nothing of the transaction stands; it may be run again. */
const UNDONE = /^(40001|40P01)$/
const TRIES = 4

/** Those, and a statement refused while reading only, cancelled, or kept from a lock: none of them can have committed. */
const NOTHING_STANDS = /^(40001|40P01|25006|57014|55P03)$/

/** Tells whether the database could not be used, as against a statement of ours that is wrong. */
export function isStorageTrouble(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if (error instanceof pg.DatabaseError) return PASSING.test(error.code ?? '')
  if (error instanceof AggregateError) return error.errors.some(isStorageTrouble)
  // node-postgres gives connection failures no code of their own, only these sentences.
  const code = String((error as { code?: unknown }).code)
  return CONNECTION_TEXT.test(error.message) || SYSTEM_ERROR.test(code) || TLS_ERROR.test(code)
}

/** PgBouncer says by its texts alone what it will never take, by one code for all: its server being away has it too. */
const POOLER_REFUSES: readonly (readonly [RegExp, string])[] = [
  [
    /^unsupported startup parameter/,
    'The pooler does not take a start-up parameter of DATABASE_URL: leave it out there, and set it for the role.',
  ],
  [
    /^(SASL|password) authentication failed|^no such user/,
    'The pooler refuses the user or password of DATABASE_URL.',
  ],
  [/^(no such database|database .* does not exist)/, 'The database that DATABASE_URL names does not exist.'],
]

/** Says in a whole sentence why the database refuses DATABASE_URL for good; null where it may yet accept. */
export function refusedLogin(error: unknown): string | null {
  const code = error instanceof pg.DatabaseError ? (error.code ?? '') : ''
  if (code === '08P01') {
    const { message } = error as pg.DatabaseError
    return POOLER_REFUSES.find(([text]) => text.test(message))?.[1] ?? null
  }
  if (code.startsWith('28')) return 'The database refuses the user or password of DATABASE_URL.'
  if (code === '3D000') return 'The database that DATABASE_URL names does not exist.'
  return code === '42501'
    ? 'The user of DATABASE_URL lacks a permission on the schema of its database.'
    : null
}

type Method = (...args: never[]) => Promise<unknown>

/**
 * Runs a method again whose transaction Postgres undid for another's sake, and makes it raise TryLaterError
 * where the database is in trouble, with the cause kept for the log.
 */
export function guardStorage<T extends object>(store: T): T {
  const guarded = Object.entries(store).map(([name, method]) => [name, guardMethod(method as Method)])
  return Object.fromEntries(guarded) as T
}

function guardMethod(method: Method): Method {
  return async (...args) => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await method(...args)
      } catch (error) {
        if (wasUndone(error) && attempt < TRIES) continue
        if (!isStorageTrouble(error)) throw error
        throw new TryLaterError('storage_unavailable', RETRY_AFTER_SECONDS, error)
      }
    }
  }
}

/** Tells whether the server undid the whole transaction for the sake of another. */
export function wasUndone(error: unknown): boolean {
  return error instanceof pg.DatabaseError && UNDONE.test(error.code ?? '')
}

/** Tells whether the server itself said that nothing of the statement stands, so that there is nothing to look up. */
export function leftNothing(error: unknown): boolean {
  return error instanceof pg.DatabaseError && NOTHING_STANDS.test(error.code ?? '')
}
