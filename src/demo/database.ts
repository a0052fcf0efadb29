import pg from 'pg'
import { migrateToLatest } from '../store/index.ts'

/** Makes the demo's own database unless it is there, and brings its schema up to date. */
export async function prepareDatabase(
  serverUrl: string,
  name: string,
): Promise<{ url: string; applied: readonly string[] }> {
  await makeDatabase(serverUrl, name)
  const url = new URL(`/${name}`, serverUrl).href
  return { url, applied: await migrateToLatest(url) }
}

async function makeDatabase(serverUrl: string, name: string): Promise<void> {
  const client = new pg.Client({ connectionString: serverUrl })
  await client.connect()
  try {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [name])
    if (rowCount === 0) await client.query(`create database ${client.escapeIdentifier(name)}`)
  } finally {
    await client.end()
  }
}
