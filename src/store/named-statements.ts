import { createHash } from 'node:crypto'
import type { PostgresPool, PostgresPoolClient } from 'kysely'
import pg from 'pg'
import type { Database } from './database.ts'

export interface NamingOptions {
  /** Called once, where a pooler mixes up the sessions that names belong to: from then on none are used. */
  readonly onMixedUp: (error: Error) => void
}

/** What a server keeps for each connection is bounded by the statements there are; and by this, whatever happens. */
const MOST_NAMES = 50

const twins = new WeakMap<object, Database>()

/**
 * The same database, for statements that it is to parse and plan once a connection and know by name from then on. For
 * single statements that find one row by its id, whose plan neither a parameter nor the size of a table changes, and
 * that name each column: a new one would change the answer of a `*` under a replica that runs. A transaction is given
 * as it is.
 */
export function planned(db: Database): Database {
  return twins.get(db) ?? db
}

export function setPlanned(db: Database, twin: Database): void {
  twins.set(db, twin)
}

/** The same pool, whose clients name each statement. Nothing of it needs an end of its own. */
export function nameStatements(
  pool: Pick<pg.Pool, 'connect' | 'options'>,
  { onMixedUp }: NamingOptions,
): PostgresPool {
  const names = createNames()

  async function query(client: pg.PoolClient, text: string, values: readonly unknown[]) {
    const name = names.of(text)
    if (name === null) return client.query(text, [...values])
    try {
      return await client.query({ name, text, values: [...values] })
    } catch (error) {
      if (isOutdated(error)) names.renew(text, name)
      else if (!isMixedUp(error)) throw error
      else if (names.stop()) onMixedUp(error as Error)
      // Either is said before anything is run.
      return client.query(text, [...values])
    }
  }

  return {
    connect: async () => {
      const client = await pool.connect()
      const named = {
        query: (text: string, values: readonly unknown[]) => query(client, text, values),
        release: (destroy?: boolean) => client.release(destroy),
      }
      return named as unknown as PostgresPoolClient
    },
    end: async () => {},
    options: pool.options,
  }
}

/** A name is made of its statement: mixed up with another process's, it still stands for the same. */
function createNames() {
  const names = new Map<string, string>()
  let generation = 0
  let stopped = false

  function add(text: string): string | null {
    if (names.size >= MOST_NAMES) return null
    const name = createHash('sha256').update(`${generation} ${text}`).digest('base64url')
    names.set(text, name)
    return name
  }

  return {
    of: (text: string): string | null => (stopped ? null : (names.get(text) ?? add(text))),
    /** Once, though each connection that has the former finds it outdated. */
    renew: (text: string, outdated: string): void => {
      if (names.get(text) !== outdated) return
      generation += 1
      names.delete(text)
    },
    /** Tells whether there were names until now. */
    stop: (): boolean => {
      const was = !stopped
      stopped = true
      return was
    },
  }
}

/** PgBouncer before 1.21: the name is known to another server connection than this one, or already to this one. */
function isMixedUp(error: unknown): boolean {
  return error instanceof pg.DatabaseError && (error.code === '26000' || error.code === '42P05')
}

/** "cached plan must not change result type", in whatever language the server speaks: the type of a column has changed. */
function isOutdated(error: unknown): boolean {
  return error instanceof pg.DatabaseError && error.code === '0A000'
}
