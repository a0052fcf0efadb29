import pg from 'pg'
import { TryLaterError } from '../core/errors.ts'

/** SQLSTATE classes and codes that pass by themselves: connection, resources, shutdown, failover, conflicts. */
const PASSING = /^(08|53|57P0|57014|25006|40001|40P01|55P03)/
const CONNECTION_TEXT = /^(Connection terminated|Query read timeout|timeout exceeded|Client has encountered)/
const RETRY_AFTER_SECONDS = 2

/** Tells whether the database could not be used, as against a statement of ours that is wrong. */
export function isStorageTrouble(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if (error instanceof pg.DatabaseError) return PASSING.test(error.code ?? '')
  if (error instanceof AggregateError) return error.errors.some(isStorageTrouble)
  // node-postgres gives connection failures no code of their own, only these sentences.
  return CONNECTION_TEXT.test(error.message) || /^E[A-Z]+$/.test(String((error as { code?: unknown }).code))
}

type Method = (...args: never[]) => Promise<unknown>

/** Makes every method raise TryLaterError where the database is in trouble, with the cause kept for the log. */
export function guardStorage<T extends object>(store: T): T {
  const guarded = Object.entries(store).map(([name, method]) => [name, guardMethod(method as Method)])
  return Object.fromEntries(guarded) as T
}

function guardMethod(method: Method): Method {
  return async (...args) => {
    try {
      return await method(...args)
    } catch (error) {
      if (!isStorageTrouble(error)) throw error
      throw new TryLaterError('storage_unavailable', RETRY_AFTER_SECONDS, error)
    }
  }
}
