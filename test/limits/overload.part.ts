import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { call } from '../support/api.ts'
import { start } from '../support/authorize.ts'
import { createWorld, KEYS } from '../support/broker.ts'
import { createBrowser } from '../support/browser.ts'
import { importActives } from '../support/consents.ts'
import { assertDocumented } from '../support/contract.ts'
import { t } from '../support/parts.ts'
import { connectSql } from '../support/sql.ts'
import { waitFor } from '../support/wait-for.ts'
import { metric, open, startLimited } from './support.ts'

const ROOM = 16
/** A fifth of the public room is kept for callbacks. */
const PUBLIC_ROOM = 5
const FLOOD = 300

const world = await createWorld(t, { env: { PUBLIC_MAX_PER_MINUTE: 'off' } })
const { bank } = world
const broker = await startLimited(t, world, {
  internal: { maxInFlight: ROOM },
  public: { maxInFlight: PUBLIC_ROOM },
})
const sql = connectSql(t, world.databaseUrl)

function refused(listener: string, reason: string): Promise<number> {
  const labels = `listener="${listener}",reason="${reason}"`
  return metric(broker.internalUrl, `token_broker_refused_requests_total{${labels}}`)
}

function inFlight(listener: string): Promise<number> {
  return metric(broker.internalUrl, `token_broker_requests_in_flight{listener="${listener}"}`)
}

async function ask(id: string) {
  const url = new URL(`/v1/consents/${id}/token`, broker.internalUrl)
  const response = await fetch(url, { method: 'POST', headers: { authorization: `Bearer ${KEYS.ledger}` } })
  const text = await response.text()
  assertDocumented(`POST /v1/consents/${id}/token`, {
    status: response.status,
    headers: response.headers,
    text,
  })
  return { status: response.status, headers: response.headers, body: JSON.parse(text) }
}

t.test('a flood: what finds no room is told to come back, and all else goes on', async (t) => {
  const [stale, due] = await importActives(broker, bank, 2)
  const id = String(stale?.id)
  await sql(
    `update consent_tokens set access_expires_at = now(), due_at = now() + interval '1 hour' where consent_id = $1`,
    [id],
  )
  const hold = Promise.withResolvers<void>()
  t.teardown(hold.resolve)
  const held = bank.faults.add({ endpoint: 'token', times: 1, action: { kind: 'wait', until: hold.promise } })

  const flood = Array.from({ length: FLOOD }, () => ask(id))
  await waitFor('the bank to be asked', () => held.struck === 1)
  await waitFor(
    'the rest to be refused',
    async () => (await refused('internal', 'in_flight')) === FLOOD - ROOM,
  )
  t.equal(await inFlight('internal'), ROOM + 1, 'those that wait for the bank, and the one that asks')
  for (const path of ['/livez', '/readyz', '/metrics']) {
    t.equal((await fetch(new URL(path, broker.internalUrl))).status, 200, `${path} during the flood`)
  }
  const other = await fetch(new URL('/v1/status', broker.internalUrl), {
    headers: { authorization: `Bearer ${KEYS.ops}` },
  })
  t.equal(other.status, 503, 'room is for all, and there is none')
  const document = await call(broker, 'GET /openapi.json')
  t.equal(document.status, 503, 'it is large, no caller is needed, and nobody is harmed by waiting for it')
  await sql('update consent_tokens set due_at = now() where consent_id = $1', [due?.id])
  const rotated = 'select version from consent_tokens where consent_id = $1 and due_at > now()'
  const row = await waitFor('a rotation', async () => {
    const rows = await sql(rotated, [due?.id])
    return rows[0]
  })
  t.equal(row.version, 3, 'the background goes on')

  hold.resolve()
  const answers = await Promise.all(flood)
  const served = answers.filter(({ status }) => status === 200)
  t.equal(served.length, ROOM, 'who was let in is served')
  const rest = answers.filter(({ status }) => status !== 200)
  t.same(new Set(rest.map(({ status, body }) => `${status} ${body.code}`)), new Set(['503 overloaded']))
  t.same(new Set(rest.map(({ headers }) => headers.get('retry-after'))), new Set(['2']))
  t.equal((await ask(id)).status, 200, 'and all is well again')
  t.equal(await inFlight('internal'), 1)
  const errors = broker.logged.filter((line) => JSON.parse(line).level === 'error')
  t.same(errors, [], 'no line more for each')
})

t.test('who hangs up leaves no room while the work for it goes on', async (t) => {
  const [stale] = await importActives(broker, bank, 1)
  await sql(
    `update consent_tokens set access_expires_at = now(), due_at = now() + interval '1 hour' where consent_id = $1`,
    [stale?.id],
  )
  const hold = Promise.withResolvers<void>()
  t.teardown(hold.resolve)
  bank.faults.add({ endpoint: 'token', times: 1, action: { kind: 'wait', until: hold.promise } })
  const request = `POST /v1/consents/${stale?.id}/token HTTP/1.1\r\nHost: b\r\nAuthorization: Bearer ${KEYS.ledger}\r\n\r\n`
  const clients = Array.from({ length: ROOM }, () => open(t, broker.internalUrl, request))
  await waitFor('all to wait', async () => (await inFlight('internal')) === ROOM + 1)
  for (const { socket } of clients) socket.destroy()
  for (let asked = 0; asked < 30; asked += 1) {
    t.equal((await call(broker, 'GET /v1/consents')).status, 503)
  }
  hold.resolve()
  await waitFor('the end of the work', async () => (await inFlight('internal')) === 1)
  const lines = broker.logged.map((line) => JSON.parse(line)).filter(({ clientLeft }) => clientLeft)
  t.equal(lines.length, ROOM, 'a line each, though no answer left')
  t.match(lines[0], { msg: 'request', method: 'POST', status: 200, callerId: 'ledger' })
  t.equal((await call(broker, 'GET /v1/consents')).status, 200)
})

t.test('who hangs up in the middle of a request leaves nothing behind', async (t) => {
  const half = `POST /v1/consents HTTP/1.1\r\nHost: b\r\nAuthorization: Bearer ${KEYS.ledger}\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{`
  const clients = Array.from({ length: 3 }, () => open(t, broker.internalUrl, half))
  await waitFor('them to be seen', async () => (await inFlight('internal')) === clients.length + 1)
  for (const { socket } of clients) socket.destroy()
  await waitFor('them to be gone', async () => (await inFlight('internal')) === 1)
})

t.test('on the public listener some room is kept for callbacks', async (t) => {
  const browser = createBrowser()
  const back = []
  for (let count = 0; count < PUBLIC_ROOM; count += 1) {
    back.push(await browser.walk((await start(broker)).url))
  }
  const last = String(back.pop())
  const hold = Promise.withResolvers<void>()
  t.teardown(hold.resolve)
  const action = { kind: 'wait', until: hold.promise } as const
  const held = bank.faults.add({
    endpoint: 'token',
    grantType: 'authorization_code',
    times: back.length,
    action,
  })
  const pages = back.map((url) => browser.open(url))
  await waitFor('the codes to be exchanged', () => held.struck === back.length)
  t.equal(await inFlight('public'), PUBLIC_ROOM - 1)
  const page = await createBrowser('nl').open(`${broker.publicUrl}/start/unknown`)
  t.equal(page.status, 503)
  t.equal(page.headers.get('retry-after'), '2')
  t.match(page.text, '<h1>Het is op dit moment erg druk</h1>')
  t.match(page.text, '<meta http-equiv="refresh" content="2">')
  t.equal(await refused('public', 'in_flight'), 1)
  t.match(
    await browser.open(last),
    { status: 200, text: 'You have given permission' },
    'a callback finds room',
  )
  hold.resolve()
  for (const answer of await Promise.all(pages))
    t.match(answer, { status: 200, text: 'You have given permission' })
  t.equal((await browser.open(`${broker.publicUrl}/start/unknown`)).status, 404, 'and there is room again')
})

t.test('a heap that is full after a collection: refused for a while, then served', async (t) => {
  const heapForMs = 400
  const full = await startLimited(
    t,
    { ...world, env: { ...world.env, PUBLIC_PORT: '0' } },
    {
      strain: { heapShare: 0, heapForMs, sampleMs: 20 },
    },
  )
  setFlagsFromString('--expose-gc')
  const collect: () => void = runInNewContext('gc')
  const status = async () => (await call(full, 'GET /v1/consents')).status
  await waitFor('the strain', async () => {
    collect()
    return (await status()) === 503
  })
  t.equal((await fetch(new URL('/livez', full.internalUrl))).status, 200)
  t.equal((await fetch(new URL('/start/unknown', full.publicUrl))).status, 503)
  t.equal(
    (await fetch(new URL('/callback?state=unknown', full.publicUrl))).status,
    404,
    'callbacks are shed last',
  )
  await waitFor('its end', async () => (await status()) === 200)
  const told = full.logged.map((line) => JSON.parse(line)).filter(({ msg }) => /load/.test(msg))
  t.match(told[0], { level: 'warn', strain: 'heap', msg: /^too much load/ })
  await waitFor('the all-clear', () => full.logged.some((line) => line.includes('the load has gone')))
})

t.test('an event loop that suffers: refused, and served when it is well', async (t) => {
  const slow = await startLimited(
    t,
    { ...world, env: { ...world.env, PUBLIC_PORT: '0' } },
    {
      strain: { heapShare: 2, sampleMs: 10, lateMs: 40, calmMs: 20 },
    },
  )
  const status = async () => (await call(slow, 'GET /v1/consents')).status
  t.equal(await status(), 200)
  const blocking = setInterval(() => block(60), 1)
  t.teardown(() => clearInterval(blocking))
  await waitFor('the strain', async () => (await status()) === 503)
  clearInterval(blocking)
  await waitFor('its end', async () => (await status()) === 200)
  t.ok(slow.logged.some((line) => line.includes('"strain":"event_loop"')))
  t.ok(
    (await metric(
      slow.internalUrl,
      'token_broker_refused_requests_total{listener="internal",reason="event_loop"}',
    )) > 0,
  )
})

function block(forMs: number): void {
  const untilMs = performance.now() + forMs
  while (performance.now() < untilMs) {}
}
