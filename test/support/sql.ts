import pg from 'pg'
import type t from 'tap'

// biome-ignore lint/suspicious/noExplicitAny: tests look into rows of every shape
export type Sql = (text: string, values?: unknown[]) => Promise<any[]>

type Test = Pick<typeof t, 'teardown'>

/** Connections of the test's own to its database. */
export function connectSql(t: Test, url: string): Sql {
  const pool = new pg.Pool({ connectionString: url, max: 4 })
  pool.on('error', () => {})
  t.teardown(() => pool.end())
  return async (text, values) => (await pool.query(text, values)).rows
}
