import { call } from '../support/api.ts'
import { createWorld, KEYS } from '../support/broker.ts'
import { importActive } from '../support/consents.ts'
import { t } from '../support/parts.ts'
import { connectSql } from '../support/sql.ts'
import { waitFor } from '../support/wait-for.ts'
import { metric, open, startLimited } from './support.ts'

const HEADERS_MS = 300
const REQUEST_MS = 500
const IDLE_MS = 400
const CHECK_MS = 50
/** What a busy machine may add. */
const SLACK_MS = 3_000
const BANK_TIMEOUT_MS = 1_000
const CONNECTIONS = { internal: 40, public: 20 }

const world = await createWorld(t, { env: { BANK_TIMEOUT: `${BANK_TIMEOUT_MS}ms` } })
const times = {
  headersTimeoutMs: HEADERS_MS,
  requestTimeoutMs: REQUEST_MS,
  keepAliveTimeoutMs: IDLE_MS,
  checkEveryMs: CHECK_MS,
  stalledAfterMs: 100,
}
const broker = await startLimited(t, world, {
  internal: { ...times, maxConnections: CONNECTIONS.internal },
  public: { ...times, maxConnections: CONNECTIONS.public },
})
const listeners = { internal: broker.internalUrl, public: broker.publicUrl }
const HALF_A_BODY = `POST /v1/consents HTTP/1.1\r\nHost: broker\r\nAuthorization: Bearer ${KEYS.ledger}\r\nContent-Type: application/json\r\nContent-Length: 900\r\n\r\n{`

const large = 'GET /docs/static/swagger-ui-bundle.js HTTP/1.1\r\nHost: broker\r\n\r\n'
const deaf = open(t, broker.internalUrl, large.repeat(10))
deaf.socket.pause()
await waitFor('its requests', async () => (await inFlight()) > 1)

t.test('headers that come too slowly, or never', async (t) => {
  for (const [name, url] of Object.entries(listeners)) {
    const silent = open(t, url, '')
    const half = open(t, url, 'GET /livez HTTP/1.1\r\nHost: broker\r\nX-Slow: ')
    const trickle = setInterval(() => half.socket.write('a'), 20)
    t.teardown(() => clearInterval(trickle))
    for (const [what, client] of Object.entries({ silent, half })) {
      const lastedMs = await client.closed
      t.ok(
        lastedMs >= HEADERS_MS - CHECK_MS && lastedMs < HEADERS_MS + SLACK_MS,
        `${name} ${what} ${lastedMs} ms`,
      )
      t.match(client.text(), /^HTTP\/1\.1 408 [\s\S]*"code":"request_timeout"/, `${name} ${what}`)
    }
    clearInterval(trickle)
  }
})

t.test('a body that comes too slowly', async (t) => {
  const slow = open(t, broker.internalUrl, HALF_A_BODY)
  const trickle = setInterval(() => slow.socket.write(' '), 20)
  t.teardown(() => clearInterval(trickle))
  const lastedMs = await slow.closed
  clearInterval(trickle)
  t.ok(lastedMs >= REQUEST_MS - CHECK_MS && lastedMs < REQUEST_MS + SLACK_MS, `${lastedMs} ms`)
  t.match(slow.text(), /^HTTP\/1\.1 408 [\s\S]*"code":"request_timeout"/)
})

t.test('a body that is announced too large is refused at once', async (t) => {
  const large = open(t, broker.internalUrl, HALF_A_BODY.replace('900', '70000'))
  await waitFor('the answer', () => large.text().includes('payload_too_large'))
  t.match(large.text(), /^HTTP\/1\.1 413 /)
})

t.test('a connection that idles after its request', async (t) => {
  const requests = {
    internal: 'GET /livez HTTP/1.1\r\nHost: b\r\n\r\n',
    public: 'GET / HTTP/1.1\r\nHost: b\r\n\r\n',
  }
  for (const [name, url] of Object.entries(listeners)) {
    const idle = open(t, url, requests[name as keyof typeof requests])
    const lastedMs = await idle.closed
    t.ok(lastedMs >= IDLE_MS && lastedMs < IDLE_MS + SLACK_MS, `${name} ${lastedMs} ms`)
    t.match(idle.text(), /^HTTP\/1\.1 (200|404) /, name)
  }
})

t.test('an answer that takes longer than all of these is not cut off', async (t) => {
  const { id } = await importActive(broker, world.bank)
  const sql = connectSql(t, world.databaseUrl)
  await sql(`update consent_tokens set access_expires_at = now(), due_at = now() + interval '1 hour'`)
  const delayMs = BANK_TIMEOUT_MS - 300
  world.bank.faults.add({ endpoint: 'token', action: { kind: 'delay', delayMs } })
  const begun = performance.now()
  const answer = await call(broker, `POST /v1/consents/${id}/token`)
  t.equal(answer.status, 200)
  t.ok(performance.now() - begun >= delayMs, 'it waited for the bank')
})

/** Those that are answered, with the one that asks. */
function inFlight(): Promise<number> {
  return metric(broker.internalUrl, 'token_broker_requests_in_flight{listener="internal"}')
}

t.test('one connection too many is closed at once, and the others are served', async (t) => {
  for (const [name, url] of Object.entries(listeners)) {
    const most = CONNECTIONS[name as keyof typeof CONNECTIONS]
    const refusedName = `token_broker_refused_requests_total{listener="${name}",reason="connections"}`
    const before = await metric(broker.internalUrl, refusedName)
    const path = name === 'internal' ? '/livez' : '/nowhere'
    const request = `GET ${path} HTTP/1.1\r\nHost: broker\r\nConnection: close\r\n`
    const held = Array.from({ length: most + 5 }, () => open(t, url, request))
    await waitFor('five to be refused', () => held.filter(({ socket }) => socket.destroyed).length >= 5)
    const refused = held.filter(({ socket }) => socket.destroyed)
    t.same(
      new Set(refused.map(({ text }) => text())),
      new Set(['']),
      `${name}: they see the end, and nothing else`,
    )
    for (const { socket } of held) if (!socket.destroyed) socket.write('\r\n')
    const served = held.filter((one) => !refused.includes(one))
    await Promise.all(served.map(({ closed }) => closed))
    t.ok(
      served.every(({ text }) => /^HTTP\/1\.1 (200|404) /.test(text())),
      `${name}: ${served.length} are served`,
    )
    const counted = (await metric(broker.internalUrl, refusedName)) - before
    t.ok(counted >= 5, `${name}: counted ${counted}`)
  }
})

t.test('who takes no answer is cut off', async (t) => {
  await waitFor('the end of its answers', async () => (await inFlight()) === 1, 15_000)
  t.ok(deaf.text().length < 1_000_000)
})
