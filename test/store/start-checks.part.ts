import { assertDurable, registerKeys } from '../../src/store/index.ts'
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
