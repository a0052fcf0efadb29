import { inspect } from 'node:util'
import { createClient, TokenBrokerError } from '../../openapi/client/src/index.ts'
import { createWorld, KEYS } from '../support/broker.ts'
import { importGrant } from '../support/consents.ts'
import { t } from '../support/parts.ts'
import { createCountedClient, serve } from './fixtures.ts'

const world = await createWorld(t, { env: { REFRESHER: 'off' } })
const broker = await world.startBroker()
const { client, seen } = createCountedClient(broker, {
  headers: () => ({ 'x-request-id': 'from-the-client' }),
})
const PROBLEM = {
  type: 'urn:x',
  title: 'x',
  status: 503,
  detail: 'later',
  code: 'overloaded',
  request_id: 'r1',
}

/** What something else may answer with 200. */
const NO_TOKENS = {
  'text/html': '<html>',
  'text/plain': 'ok',
  'application/json': '{ "status": "up" }',
  'application/problem+json': 'null',
  'application/json; charset=utf-8': '{ "access_token": "x" }',
}

async function failure(call: Promise<unknown>): Promise<TokenBrokerError> {
  const error = await call.then(
    () => null,
    (raised) => raised,
  )
  if (error instanceof TokenBrokerError) return error
  throw error ?? new Error('the call went well')
}

t.test('every kind of call, as the document has it', async (t) => {
  const body = { scopes: ['psd2:account:balance:read'], customer_reference: 'one & two' }
  const header = { 'idempotency-key': 'an-order' }
  const { consent } = await client.call('startConsent', { body, header })
  t.equal(consent.status, 'pending')
  t.equal((await client.call('startConsent', { body, header })).consent.id, consent.id)
  const { items } = await client.call('listConsents', {
    query: { customer_reference: 'one & two', limit: 5 },
  })
  t.strictSame(
    items.map(({ id }) => id),
    [consent.id],
  )
  t.strictSame((await client.call('listConsents')).items.length, 1)
  const path = { id: consent.id }
  t.equal(await client.call('revokeConsent', { path }), undefined)
  t.equal((await client.call('getConsent', { path })).status, 'revoked')
  t.match(await client.call('getMetrics'), /^# HELP/)
})

t.test('a key may be asked for each time, and headers go along', async (t) => {
  const keys = [KEYS.ops, KEYS.ledger]
  const { client, seen } = createCountedClient(broker, {
    key: async () => keys.shift() ?? '',
    headers: () => ({
      traceparent: '00-11111111111111111111111111111111-2222222222222222-01',
      authorization: 'x',
    }),
  })
  t.ok((await client.call('getStatus', { headers: { 'x-request-id': 'of-this-call' } })).refresh)
  t.equal((await failure(client.call('getStatus'))).code, 'forbidden')
  t.match(seen.headers[0]?.get('traceparent'), '00-1111')
  t.equal(seen.headers[0]?.get('x-request-id'), 'of-this-call')
  t.equal(seen.headers[0]?.get('authorization'), `Bearer ${KEYS.ops}`)
})

t.test('a refusal is an error with the code of the document', async (t) => {
  const path = { id: '0192f0c1-7a68-4b1a-8f10-2b6f3a1c9d55' }
  const unknown = await failure(client.call('getConsent', { path }))
  t.match(unknown, {
    code: 'consent_not_found',
    status: 404,
    requestId: 'from-the-client',
    name: 'TokenBrokerError',
  })
  t.match(unknown.message, /^consent_not_found: ./)
  t.equal((await failure(client.getAccessToken(path.id))).code, 'consent_not_found')
  const limit = await failure(client.call('listConsents', { query: { limit: 1_000 } }))
  t.match(limit, { code: 'invalid_request', status: 400, field: 'limit' })
})

t.test('a refusal is shared, and not remembered', async (t) => {
  const { id } = await importGrant(broker, world.bank.startGrant())
  const before = seen.asked.length
  const [one, other] = await Promise.all([1, 2].map(() => failure(client.getAccessToken(id))))
  t.equal(one?.code, 'consent_pending')
  t.equal(one, other)
  t.equal(seen.asked.length, before + 1)
  await failure(client.getAccessToken(id))
  t.equal(seen.asked.length, before + 2)
})

t.test('what is no broker', async (t) => {
  const stranger = await serve(t, () => {})
  const redirecting = await serve(t, (_, answer) => answer.writeHead(307, { location: stranger.url }).end())
  const at = (baseUrl: string, more = {}) => createClient({ baseUrl, key: KEYS.ledger, ...more })
  t.match(await failure(at(redirecting.url).call('listConsents')), { code: 'unexpected_answer', status: 307 })
  t.equal(stranger.requests.length, 0, 'the key is not taken elsewhere')
  const proxy = await serve(t, (_, answer) => answer.writeHead(502).end('<html>'))
  t.match(await failure(at(proxy.url).call('listConsents')), { code: 'unexpected_answer', status: 502 })
  const page = await serve(t, (_, answer) =>
    answer.setHeader('content-type', 'application/json').end('<html>'),
  )
  t.equal((await failure(at(page.url).call('listConsents'))).code, 'unexpected_answer')
  for (const [type, text] of Object.entries(NO_TOKENS)) {
    const other = await serve(t, (_, answer) => answer.setHeader('content-type', type).end(text))
    t.match(
      await failure(at(other.url).getAccessToken('x')),
      { code: 'unexpected_answer', status: 200 },
      type,
    )
  }
  const busy = await serve(t, (_, answer) =>
    answer.writeHead(503, { 'retry-after': '7' }).end(JSON.stringify(PROBLEM)),
  )
  t.match(await failure(at(`${busy.url}/`).call('listConsents')), {
    code: 'overloaded',
    retryAfterSeconds: 7,
  })
  t.equal(busy.requests.length, 1, 'whether to try again is left to the caller')
  t.equal(busy.requests[0]?.url, '/v1/consents')
  t.equal((await failure(at(stranger.url, { timeoutMs: 20 }).call('listConsents'))).code, 'unreachable')
})

t.test('a signal ends the wait of the one who gave it', async (t) => {
  const { client } = createCountedClient(await serveSilence(t))
  const path = { id: 'x' }
  await t.rejects(client.call('getConsent', { path, signal: AbortSignal.timeout(20) }), {
    name: 'TimeoutError',
  })
  const leaving = new AbortController()
  const left = client.getAccessToken('x', { signal: leaving.signal })
  leaving.abort(new Error('enough'))
  await t.rejects(left, { message: 'enough' })
})

async function serveSilence(t: Parameters<typeof serve>[0]) {
  return { internalUrl: (await serve(t, () => {})).url }
}

t.test('the key does not show, and does not leave in the clear', async (t) => {
  t.notMatch(inspect(client, { depth: null, showHidden: true }), KEYS.ledger)
  const broken = createClient({ baseUrl: broker.internalUrl, key: `${KEYS.ledger}\n` })
  const error = await broken.call('listConsents').catch((raised) => raised)
  t.match(error, { name: 'TypeError', message: /^the key is empty, or holds a space/ })
  t.notMatch(inspect(error, { depth: null, showHidden: true }), KEYS.ledger)
  for (const baseUrl of [
    'http://broker.example.nl',
    'ftp://127.0.0.1',
    'http://127.0.0.1.example.nl',
    'https://a@b',
    'https://broker.example.nl/?tenant=a',
    'https://broker.example.nl/#a',
  ])
    t.throws(() => createClient({ baseUrl, key: 'x' }), TypeError, baseUrl)
  for (const baseUrl of ['https://broker.example.nl', 'http://localhost:8080', 'http://[::1]:1'])
    t.ok(createClient({ baseUrl, key: 'x' }))
  t.ok(createClient({ baseUrl: 'http://token-broker:8080', key: 'x', allowPlainHttp: true }))
})
