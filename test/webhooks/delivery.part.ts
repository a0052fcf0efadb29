import { call } from '../support/api.ts'
import { createWorld } from '../support/broker.ts'
import { t } from '../support/parts.ts'
import { connectSql } from '../support/sql.ts'
import { waitFor } from '../support/wait-for.ts'
import { insertConsent, writeEvents } from './support/events.ts'
import { newSecret, startReceiver, status } from './support/receiver.ts'
import { subscribersFile } from './support/subscribers.ts'

const { databaseUrl, startBroker } = await createWorld(t, { env: { REFRESHER: 'off' } })
const receivers = {
  well: await startReceiver(t),
  ill: await startReceiver(t),
}
const secrets = [newSecret(), receivers.ill.secret]
const file = await subscribersFile(t, [
  { id: 'well', url: receivers.well.url, secret: receivers.well.secret },
  { id: 'ill', url: receivers.ill.url, secrets },
])
const env = { WEBHOOKS_FILE: file.path, WEBHOOKS_TIMEOUT: '250ms', CALLERS_RELOAD_EVERY: '50ms' }
const broker = await startBroker(env)
const sql = connectSql(t, databaseUrl)
await waitFor('the subscribers', async () => (await sql('select from webhook_subscribers')).length === 2)

const { well, ill } = receivers

interface Row {
  readonly id: string
  readonly state: string
  readonly attempts: number
  readonly last_error: string | null
  readonly wait_s: number
}

/** Of the subscriber that is ill, in order. */
async function rowsOf(consentId: string): Promise<Row[]> {
  return sql(
    `select id, state, attempts, last_error, extract(epoch from next_attempt_at - last_attempt_at)::float8 as wait_s
     from webhook_deliveries where consent_id = $1 and subscriber = 'ill' order by id`,
    [consentId],
  )
}

const untilRow = (consentId: string, is: (row: Row) => boolean) =>
  waitFor('the delivery', async (): Promise<Row | null> => {
    const [row] = await rowsOf(consentId)
    return row !== undefined && is(row) ? row : null
  })

/** Lets the wait for the next attempt be over. */
const hurry = (consentId: string) =>
  sql(
    `update webhook_deliveries set next_attempt_at = now() where consent_id = $1 and state = 'pending' and not sending`,
    [consentId],
  )

t.beforeEach(() => {
  ill.answer = status(204)
})

t.test(
  'a receiver that is down, then up: everything once and in order, and nobody else waited',
  async (t) => {
    ill.answer = status(500)
    const ids = await Promise.all([1, 2, 3].map(() => insertConsent(sql)))
    for (const id of ids)
      await writeEvents(sql, id, 'consent.activated', 'consent.renewed', 'consent.expired')
    for (const id of ids)
      await well.untilTypes(id, ['consent.activated', 'consent.renewed', 'consent.expired'])
    for (const id of ids) await untilRow(id, ({ last_error }) => last_error === 'http_500')
    for (const id of ids)
      t.same(new Set(ill.typesOf(id)), new Set(['consent.activated']), 'the first, and no later one')
    ill.answer = status(204)
    ill.received.length = 0
    for (const id of ids) await hurry(id)
    for (const id of ids)
      await ill.untilTypes(id, ['consent.activated', 'consent.renewed', 'consent.expired'])
    t.equal(ill.forged.length + well.forged.length, 0)
  },
)

t.test('while a secret is replaced, each signs', async (t) => {
  const id = await insertConsent(sql)
  await writeEvents(sql, id, 'consent.activated')
  await ill.untilTypes(id, ['consent.activated'])
  const signatures = String(ill.received.at(-1)?.headers['webhook-signature']).split(' ')
  t.equal(signatures.length, 2, 'the receiver knows the second only')
})

const FAILURES = [
  ['a redirect, which is not followed', status(307, { location: well.url }), 'http_307'],
  ['one that hangs', () => {}, 'timeout'],
  ['a reset', (response: { destroy(): void }) => response.destroy(), /^und_err_socket|econnreset$/],
] as const

for (const [name, answer, error] of FAILURES) {
  t.test(`${name} is tried again, under the same id`, async (t) => {
    ill.answer = answer
    const id = await insertConsent(sql)
    await writeEvents(sql, id, 'consent.expired')
    await well.untilTypes(id, ['consent.expired'])
    const row = await untilRow(id, ({ last_error }) => last_error !== null)
    t.match(row, { state: 'pending', attempts: 1, last_error: error })
    t.ok(row.wait_s >= 5 && row.wait_s < 60, `${row.wait_s} s until the next`)
    t.same([well.typesOf(id), well.forged], [['consent.expired'], []], 'nothing came from elsewhere')
    ill.answer = status(204)
    await hurry(id)
    await ill.untilTypes(id, ['consent.expired', 'consent.expired'])
    const [first, second] = ill.received.filter(({ data }) => data.consent_id === id)
    t.equal(first?.id, second?.id)
    t.equal(first?.text, second?.text)
    await untilRow(id, ({ state }) => state === 'delivered')
  })
}

t.test('Retry-After is waited for', async (t) => {
  ill.answer = status(503, { 'retry-after': '600' })
  const id = await insertConsent(sql)
  await writeEvents(sql, id, 'consent.expired')
  const { wait_s } = await untilRow(id, ({ last_error }) => last_error === 'http_503')
  t.ok(wait_s > 599 && wait_s < 610, `${wait_s}`)
})

t.test('an answer without an end counts by its status, and is not read', async () => {
  ill.answer = (response) => {
    response.writeHead(200)
    const more = setInterval(() => response.write('x'.repeat(65_536)), 1)
    response.on('close', () => clearInterval(more))
  }
  const id = await insertConsent(sql)
  await writeEvents(sql, id, 'consent.expired')
  await untilRow(id, ({ state }) => state === 'delivered')
})

const untilDead = async (consentId: string) => untilRow(consentId, ({ state }) => state === 'dead')
const ops = (route: string) => call(broker, route, { as: 'ops' })

t.test(
  'given up after ten attempts: seen, sent again by hand, and nothing was held up for good',
  async (t) => {
    ill.answer = status(400)
    const id = await insertConsent(sql)
    await writeEvents(sql, id, 'consent.reauthorization_required', 'consent.renewed')
    const [{ id: first }] = (await rowsOf(id)) as [Row]
    await untilRow(id, ({ last_error }) => last_error !== null)
    await sql('update webhook_deliveries set attempts = 9, next_attempt_at = now() where id = $1', [first])
    t.match(await untilDead(id), { attempts: 10, last_error: 'http_400' })
    await waitFor('the next to be tried', () => ill.typesOf(id).includes('consent.renewed'))
    t.match((await ops('GET /v1/status')).body.webhooks, { subscribers: 2, dead: 1 })
    const { body } = await ops(`GET /v1/webhooks/deliveries?state=dead&subscriber=ill`)
    t.match(body, { items: [{ id: first, consent_id: id, state: 'dead', attempts: 10 }], next_cursor: null })
    const [told] = ill.received.filter(({ data }) => data.consent_id === id)
    t.equal(body.items[0].message_id, told?.id)
    ill.answer = status(204)
    ill.received.length = 0
    const resent = await ops(`POST /v1/webhooks/deliveries/${first}/resend`)
    t.match(resent, { status: 202, body: { id: first, state: 'pending', attempts: 0 } })
    await ill.untilTypes(id, ['consent.reauthorization_required'])
    t.equal(ill.received[0]?.id, told?.id, 'under its id')
    await hurry(id)
    await ill.untilTypes(id, ['consent.reauthorization_required', 'consent.renewed'])
    t.match(await ops('POST /v1/webhooks/deliveries/999999999/resend'), {
      body: { code: 'delivery_not_found' },
    })
  },
)

t.test('410: the message is given up at once', async (t) => {
  ill.answer = status(410)
  const id = await insertConsent(sql)
  await writeEvents(sql, id, 'consent.expired')
  t.match(await untilDead(id), { attempts: 1, last_error: 'http_410' })
})

t.test('the list, filtered and in pages', async (t) => {
  const id = await insertConsent(sql)
  await writeEvents(sql, id, 'consent.activated', 'consent.expiring', 'consent.expired')
  await ill.untilTypes(id, ['consent.activated', 'consent.expiring', 'consent.expired'])
  await waitFor('all to be noted', async () => (await rowsOf(id)).every(({ state }) => state === 'delivered'))
  await well.untilTypes(id, ['consent.activated', 'consent.expiring', 'consent.expired'])
  const all = (await ops(`GET /v1/webhooks/deliveries?consent_id=${id.toUpperCase()}`)).body.items
  t.equal(all.length, 6)
  t.same(
    all.map((one: { id: string }) => Number(one.id)),
    all.map((one: { id: string }) => Number(one.id)).sort((a: number, b: number) => b - a),
  )
  for (const query of [
    'subscriber=ill',
    'subscriber=ill&state=delivered',
    `subscriber=ill&consent_id=${id}`,
  ]) {
    const { items, next_cursor } = (await ops(`GET /v1/webhooks/deliveries?${query}&limit=2`)).body
    const rest = (await ops(`GET /v1/webhooks/deliveries?${query}&limit=1&cursor=${next_cursor}`)).body.items
    const mine = all.filter((one: { subscriber: string }) => one.subscriber === 'ill')
    t.same([...items, ...rest], mine, query)
  }
  t.match((await ops(`GET /v1/webhooks/deliveries?subscriber=nobody`)).body, { items: [], next_cursor: null })
})

t.test('two replicas: each message, and in order, though the receiver is slow', async () => {
  await startBroker({ ...env, PUBLIC_PORT: '0' })
  ill.answer = (response) => void setTimeout(() => response.writeHead(204).end(), 5)
  const ids = await Promise.all(Array.from({ length: 20 }, () => insertConsent(sql)))
  const types = ['consent.activated', 'consent.renewed', 'consent.expired', 'consent.revoked'] as const
  await Promise.all(ids.map((id) => writeEvents(sql, id, ...types)))
  for (const id of ids) await ill.untilTypes(id, types)
})

t.test('a changed file is used; a wrong one is not; who is taken out is told no more', async (t) => {
  await file.write('[{"id":"well"}]')
  await waitFor('a complaint', () => broker.logged.some((line) => line.includes('the \\"url\\" of entry 1')))
  const id = await insertConsent(sql, 'other')
  await writeEvents(sql, id, 'consent.activated')
  await ill.untilTypes(id, ['consent.activated'])
  await file.write([
    { id: 'well', url: well.url, secret: well.secret, owners: ['ledger'], events: ['consent.revoked'] },
  ])
  const [only] = await waitFor('the change', async () => {
    const rows = await sql(`select * from webhook_subscribers where id = 'well'`)
    return rows[0]?.events && rows
  })
  t.match(only, { owners: ['ledger'], events: ['consent.revoked'] })
  const before = ill.received.length
  await writeEvents(sql, id, 'consent.revoked')
  const own = await insertConsent(sql)
  await writeEvents(sql, own, 'consent.renewed', 'consent.revoked')
  await well.untilTypes(own, ['consent.revoked'])
  t.same(well.typesOf(id), ['consent.activated'], 'of others no more')
  t.equal(ill.received.length, before)
  t.match(await rowsOf(own), [{ state: 'pending', attempts: 0 }, { state: 'pending' }], 'it may come back')
})
