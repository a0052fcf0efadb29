import { assertDurable, assertSupported, migrateToLatest, registerKeys } from '../../src/store/index.ts'
import { t } from '../support/parts.ts'
import { createTestDatabase } from '../support/postgres.ts'
import { connectSql } from '../support/sql.ts'
import { openTestDatabase } from './fixtures.ts'

const { url } = await createTestDatabase(t)
const db = openTestDatabase(t, url)
const sql = connectSql(t, url)
const now = new Date()
const [first, second] = [
  { kid: '2026-11', checkValue: 'one' },
  { kid: '2027-05', checkValue: 'two' },
]

async function kids(): Promise<string[]> {
  return (await sql('select kid from encryption_keys order by kid')).map(({ kid }) => kid)
}

t.test('the key that seals is registered, once', async (t) => {
  await registerKeys(db, [first, second], now)
  await registerKeys(db, [first, second], now)
  t.same(await kids(), ['2026-11'])
})

t.test('another key under the same id is refused', async (t) => {
  await t.rejects(registerKeys(db, [{ ...first, checkValue: 'other' }], now), {
    code: 'keys_unusable',
    message: /"2026-11" in ENCRYPTION_KEYS_FILE is not the key of that id/,
  })
})

t.test('a ring without a key in use is refused, and leaves no key of its own behind', async (t) => {
  await t.rejects(registerKeys(db, [second], now), {
    code: 'keys_unusable',
    message: /"2026-11" is in use but not in ENCRYPTION_KEYS_FILE/,
  })
  t.same(await kids(), ['2026-11'])
  await registerKeys(db, [first], now)
})

t.test('synchronous_commit=off is refused', async (t) => {
  await assertDurable(db)
  const lax = new URL(url)
  lax.searchParams.set('options', '-c synchronous_commit=off')
  await t.rejects(assertDurable(openTestDatabase(t, lax.href)), {
    code: 'schema_unusable',
    message: /synchronous_commit=off and may forget a commit/,
  })
})

t.test('a server older than PostgreSQL 15 is refused, by a start and by a migration', async (t) => {
  await assertSupported(db)
  await sql('create schema older')
  await sql(`create function older.current_setting(name text) returns text language sql
    as $$ select case name when 'server_version_num' then '140011' else '14.11 (Debian)' end $$`)
  const older = new URL(url)
  older.searchParams.set('options', '-c search_path=older,pg_catalog,public')
  const refusal = {
    code: 'database_unusable',
    message: 'The database is PostgreSQL 14.11 (Debian): 15 or newer is needed.',
  }
  await t.rejects(assertSupported(openTestDatabase(t, older.href)), refusal)
  await t.rejects(migrateToLatest(older.href), refusal)
})
