import { connect, createServer } from 'node:net'
import type { Test } from 'tap'
import { call } from '../support/api.ts'
import { activate } from '../support/authorize.ts'
import { createWorld } from '../support/broker.ts'
import { getToken } from '../support/consents.ts'
import { t } from '../support/parts.ts'
import { freePort } from '../support/ports.ts'
import { waitFor } from '../support/wait-for.ts'
import { NO_ID } from './support/consents.ts'

const world = await createWorld(t)
const broker = await world.startBroker()
const anonymous = { headers: { authorization: '' } }

t.test('health needs no caller', async (t) => {
  t.match(await call(broker, 'GET /livez', anonymous), { status: 200, body: { status: 'ok' } })
  t.match(await call(broker, 'GET /readyz', anonymous), { status: 200, body: { status: 'ok' } })
  t.match(await call(broker, 'GET /openapi.json', anonymous), { status: 200, body: { openapi: '3.1.0' } })
})

t.test('metrics count, and name neither consent nor caller', async (t) => {
  const id = await activate(broker)
  await getToken(broker, id)
  const { status, text, headers } = await call(broker, 'GET /metrics', anonymous)
  t.equal(status, 200)
  t.match(headers.get('content-type'), 'text/plain')
  t.match(text, /^token_broker_hand_outs_total\{result="ok"\} 1$/m)
  for (const secret of [id, 'ledger', 'ABNA']) t.notMatch(text, secret)
})

t.test('METRICS_AUTH=ops', async (t) => {
  const closed = await world.startBroker({ PUBLIC_PORT: '0', METRICS_AUTH: 'ops' })
  t.match(await call(closed, 'GET /metrics', anonymous), { status: 401, body: { code: 'unauthorized' } })
  t.match(await call(closed, 'GET /metrics', { as: 'ledger' }), { status: 403, body: { code: 'forbidden' } })
  t.match(await call(closed, 'GET /metrics', { as: 'ops' }), { status: 200 })
  t.match(await call(closed, 'GET /readyz', anonymous), { status: 200 })
  await closed.stop()
})

t.test('tokens are not to be stored', async (t) => {
  const id = await activate(broker)
  t.equal((await getToken(broker, id)).headers.get('cache-control'), 'no-store')
  const renewal = await call(broker, `POST /v1/consents/${id}/authorizations`)
  t.match([renewal.status, renewal.headers.get('cache-control')], [201, 'no-store'], 'nor start links')
})

t.test('before the start is complete', async (t) => {
  const [port, internalPort] = [await freePort(), await freePort()]
  const throughRelay = new URL(world.databaseUrl)
  throughRelay.port = String(port)
  // Nothing listens there yet: the start waits for its database, and says so.
  const starting = world.startBroker({
    PUBLIC_PORT: '0',
    INTERNAL_PORT: String(internalPort),
    DATABASE_URL: throughRelay.href,
    METRICS_AUTH: 'ops',
  })
  const reached = { internalUrl: `http://127.0.0.1:${internalPort}` }
  const early = await waitFor('the listener', () => call(reached, 'GET /readyz', anonymous).catch(() => null))
  t.match(early, { status: 503, body: { status: 'unready', reason: 'starting' } })
  t.match(await call(reached, 'GET /livez', anonymous), { status: 200 })
  for (const route of ['GET /v1/consents', `POST /v1/consents/${NO_ID}/token`, 'POST /v1/refresher/resume']) {
    t.match(await call(reached, route), { status: 503, body: { code: 'storage_unavailable' } }, route)
  }
  t.match(
    await call(reached, 'GET /metrics', { as: 'ops' }),
    { status: 200 },
    'what needs no database goes on',
  )
  t.match(await call(reached, 'GET /metrics', anonymous), { status: 401 })
  const client = await call(reached, 'POST /v1/client-tokens', { body: { scope: 'psd2:payment:sepa:write' } })
  t.match(client, { status: 200 })
  await relay(t, port, world.databaseUrl)
  const started = await starting
  t.match(await call(started, 'GET /readyz', anonymous), { status: 200, body: { status: 'ok' } })
  t.match(await call(started, 'GET /v1/consents'), { status: 200 })
  await started.stop()
})

/** Listens on a port and passes everything on to the database. */
async function relay(t: Pick<Test, 'teardown'>, port: number, databaseUrl: string): Promise<void> {
  const { hostname, port: target } = new URL(databaseUrl)
  const server = createServer((socket) => {
    const upstream = connect(Number(target), hostname)
    for (const end of [socket, upstream]) end.on('error', () => {})
    socket.pipe(upstream).pipe(socket)
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  t.teardown(() => new Promise((resolve) => server.close(resolve)))
}
