import { call } from '../support/api.ts'
import { activate, SCOPES } from '../support/authorize.ts'
import { createWorld } from '../support/broker.ts'
import { getToken } from '../support/consents.ts'
import { t } from '../support/parts.ts'
import { startPrivateServer } from '../support/postgres.ts'
import { waitFor } from '../support/wait-for.ts'

const server = await startPrivateServer(t)
const world = await createWorld(t, { databaseUrl: server.url, env: { REFRESHER: 'off' } })
const broker = await world.startBroker()

const cached = await activate(broker)
const uncached = await activate(broker)
const { access_token } = (await getToken(broker, cached)).body
await server.stop('immediate')

t.test('a live token is still handed out, as delayed', async (t) => {
  // From the cache as it is, until the broker has noticed that it would not hear of a revocation any more.
  const { body } = await waitFor('the loss to be noticed', async () => {
    const answer = await getToken(broker, cached)
    if (answer.status !== 200) throw new Error(answer.text)
    return answer.body.refresh_state === 'ok' ? null : answer
  })
  t.match(body, { access_token, refresh_state: 'delayed' })
})

t.test('everything that needs the database says when to try again', async (t) => {
  const chain = {
    refresh_token: 'x',
    scopes: SCOPES,
    expires_at: new Date(Date.now() + 3_600_000).toISOString(),
  }
  const calls: readonly (readonly [string, (object | undefined)?, 'ops'?])[] = [
    [`POST /v1/consents/${uncached}/token`, {}],
    ['POST /v1/consents', { scopes: SCOPES }],
    ['GET /v1/consents'],
    [`GET /v1/consents/${cached}`],
    [`GET /v1/consents/${cached}/events`],
    [`POST /v1/consents/${cached}/authorizations`, {}],
    [`POST /v1/consents/${cached}/confirm`, { result_code: 'x' }],
    [`DELETE /v1/consents/${cached}`],
    ['POST /v1/consents/import', chain, 'ops'],
    ['GET /v1/status', undefined, 'ops'],
    ['POST /v1/refresher/hold', { reason: 'a test' }, 'ops'],
    ['POST /v1/refresher/resume', undefined, 'ops'],
  ]
  for (const [route, body, as = 'ledger'] of calls) {
    const answer = await call(broker, route, { as, ...(body === undefined ? {} : { body }) })
    t.match(answer, { status: 503, body: { code: 'storage_unavailable' } }, route)
    t.match(answer.headers.get('retry-after'), /^[1-9]\d*$/, route)
    t.notMatch(answer.text, /ECONNREFUSED|postgres|sql/i, 'nothing of the inside')
  }
})

t.test('what needs no database goes on', async (t) => {
  t.match(await call(broker, 'GET /livez'), { status: 200 })
  t.match(await call(broker, 'GET /readyz'), { status: 200 }, 'or every replica would be taken out')
  t.match(await call(broker, 'GET /metrics'), { status: 200 })
  const client = await call(broker, 'POST /v1/client-tokens', { body: { scope: 'psd2:payment:sepa:write' } })
  t.match(client, { status: 200 })
})

t.test('all is well when the database is back', async (t) => {
  await server.start()
  await waitFor('the database', async () => (await call(broker, `GET /v1/consents/${cached}`)).status === 200)
  t.match(await getToken(broker, uncached), { status: 200, body: { refresh_state: 'ok' } })
  const { body } = await call(broker, 'GET /v1/consents')
  t.equal(body.items.length, 2, 'nothing was started meanwhile')
})
