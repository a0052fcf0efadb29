import t from 'tap'
import { createWorld } from '../support/broker.ts'
import { createEmptyDatabase, createTestDatabase } from '../support/postgres.ts'
import { connectSql } from '../support/sql.ts'

const { bankUrl, databaseUrl, startBroker } = await createWorld(t)

t.test('a database that does not exist', async (t) => {
  const url = new URL('/nowhere', databaseUrl).href
  await t.rejects(startBroker({ DATABASE_URL: url }), {
    code: 'database_unusable',
    message: 'The database that DATABASE_URL names does not exist.',
  })
})

t.test('a port that is taken', async (t) => {
  await t.rejects(startBroker({ INTERNAL_PORT: new URL(bankUrl).port }), {
    code: 'settings_invalid',
    message: /^INTERNAL_HOST and INTERNAL_PORT: nothing can listen at 127\.0\.0\.1:\d+ \(EADDRINUSE\)\.$/,
  })
})

t.test('MIGRATE=check on a stale schema', async (t) => {
  const { url } = await createEmptyDatabase(t)
  await t.rejects(startBroker({ DATABASE_URL: url, MIGRATE: 'check' }), {
    code: 'schema_unusable',
    message: /lacks the migrations 0001_consents.*npm run migrate/,
  })
})

t.test('a schema of a newer version', async (t) => {
  const { url } = await createTestDatabase(t)
  await connectSql(t, url)(`insert into kysely_migration values ('9999_future', now()::text)`)
  await t.rejects(startBroker({ DATABASE_URL: url }), {
    code: 'schema_unusable',
    message: /migrated by a newer version \(9999_future\)/,
  })
})

t.test('with MIGRATE=auto an empty database is brought up to date', async (t) => {
  const { url } = await createEmptyDatabase(t)
  const broker = await startBroker({ DATABASE_URL: url, PUBLIC_PORT: '0' })
  t.ok(broker.logged.some((line) => line.includes('migrations applied')))
  t.equal((await fetch(`${broker.internalUrl}/readyz`)).status, 200)
})
