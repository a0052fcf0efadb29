import { call } from '../support/api.ts'
import { createWorld } from '../support/broker.ts'
import { startMain } from '../support/main-process.ts'
import { t } from '../support/parts.ts'
import { freePort } from '../support/ports.ts'
import { createEmptyDatabase, createTestDatabase, startPrivateServer } from '../support/postgres.ts'
import { connectSql } from '../support/sql.ts'
import { waitFor } from '../support/wait-for.ts'

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

t.test('a start before the database is up waits for it, and says so', async (t) => {
  const server = await startPrivateServer(t)
  await server.stop()
  const port = await freePort()
  const { env } = await createWorld(t, { databaseUrl: server.url, env: { INTERNAL_PORT: String(port) } })
  const main = startMain(t, env)
  await main.untilLogged('the database cannot be used yet; waiting for it')
  const broker = { internalUrl: `http://127.0.0.1:${port}` }

  t.equal((await call(broker, 'GET /livez')).status, 200)
  t.match(await call(broker, 'GET /readyz'), {
    status: 503,
    body: { reason: 'starting', waits_for: 'The database does not answer (ECONNREFUSED).' },
  })
  for (const [as, route] of [
    ['ledger', 'GET /v1/consents'],
    ['ops', 'GET /v1/status'],
    ['ledger', 'POST /v1/consents/0192f0c1-7a68-4b1a-8f10-2b6f3a1c9d55/token'],
  ] as const) {
    const { status, body, headers } = await call(broker, route, { as })
    t.match({ status, code: body.code }, { status: 503, code: 'storage_unavailable' }, route)
    t.ok(Number(headers.get('retry-after')) >= 1)
  }
  t.match(await call(broker, 'GET /v1/consents', { headers: { authorization: 'Bearer nobody' } }), {
    status: 401,
  })
  t.equal((await call(broker, 'GET /openapi.json')).status, 200)
  const metrics = await (await fetch(`${broker.internalUrl}/metrics`)).text()
  t.match(metrics, /^token_broker_overview_age_seconds \d/m, 'what an alert goes by')

  await server.start()
  await waitFor('it to be ready', async () => (await call(broker, 'GET /readyz')).status === 200)
  t.equal((await call(broker, 'GET /v1/consents')).status, 200)
  t.equal(main.output().split('cannot be used yet').length, 2, 'not at every try')
  main.child.kill('SIGTERM')
  t.equal(await main.ended, 0)
})

t.test('a signal during the start ends it', async (t) => {
  const port = await freePort()
  const databaseUrl = `postgres://nobody@127.0.0.1:${port}/nothing`
  const { env } = await createWorld(t, { databaseUrl })
  const main = startMain(t, env)
  await main.untilLogged('waiting for it')
  main.child.kill('SIGTERM')
  t.equal(await main.ended, 0)
})
