import pg from 'pg'
import type t from 'tap'

// biome-ignore lint/suspicious/noExplicitAny: tests look into rows of every shape
export type Sql = (text: string, values?: unknown[]) => Promise<any[]>

type Test = Pick<typeof t, 'teardown'>

/** Connections of the test's own to its database. */
export function connectSql(t: Test, url: string, max = 4): Sql {
  const pool = new pg.Pool({ connectionString: url, max })
  pool.on('error', () => {})
  t.teardown(() => pool.end())
  return async (text, values) => (await pool.query(text, values)).rows
}

/** One session, for a transaction or a lock that lasts. */
export function connectSession(t: Test, url: string): Sql {
  return connectSql(t, url, 1)
}

/** Runs one statement on a connection of its own. */
export function queryOnce(url: string, text: string, values?: unknown[]): Promise<Awaited<ReturnType<Sql>>> {
  return withConnection(url, (sql) => sql(text, values))
}

/** Runs statements one after the other on a connection of their own: to open one costs more than most of them. */
export async function withConnection<T>(url: string, run: (sql: Sql) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return await run(async (text, values) => (await client.query(text, values)).rows)
  } finally {
    await client.end()
  }
}
