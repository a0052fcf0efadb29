import { call } from '../support/api.ts'
import { ACCOUNTS, activate, start } from '../support/authorize.ts'
import { createWorld, type TestBroker } from '../support/broker.ts'
import { t } from '../support/parts.ts'
import { createSkippingClock } from '../support/skipping-clock.ts'

const world = await createWorld(t, { env: { REFRESHER: 'off' } })
const broker = await world.startBroker()

async function list(query: string, from: Pick<TestBroker, 'internalUrl'> = broker): Promise<string[]> {
  const { status, body, text } = await call(from, `GET /v1/consents?${query}`)
  if (status !== 200) throw new Error(text)
  return body.items.map((item: { id: string }) => item.id)
}

t.test('filters, alone and together', async (t) => {
  const first = await activate(broker, { customer_reference: 'a/b c&d' }, { iban: ACCOUNTS[0] })
  const second = await activate(broker, { customer_reference: 'a/b c&d' }, { iban: ACCOUNTS[1] })
  const { id: pending } = await start(broker, { customer_reference: 'another' })
  t.same(await list('status=active&sort=newest'), [second, first], 'newest first')
  t.same(await list('status=pending'), [pending])
  t.same(await list('status=revoked'), [])
  t.same(await list(`customer_reference=${encodeURIComponent('a/b c&d')}&sort=newest`), [second, first])
  t.same(await list(`iban=${ACCOUNTS[1]}`), [second])
  t.same(
    await list(`iban=${encodeURIComponent('nl62 abna 9999 8414 79')}`),
    [second],
    'however it is written',
  )
  t.same(await list('iban=NL00ABNA0000000000'), [])
  t.same(await list(`iban=${ACCOUNTS[0]}&status=active&customer_reference=another`), [])
  const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString()
  t.same(await list(`expires_before=${day(91)}&sort=newest`), [second, first])
  t.same(await list(`expires_before=${day(89)}`), [])
  t.same(await list('owner=ledger&status=pending'), [pending])
})

t.test('a consent past its end is listed and counted as expired at once', async (t) => {
  const { clock, skip } = createSkippingClock()
  const late = await world.startBroker({ PUBLIC_PORT: '0' }, clock)
  // Only now, so that housekeeping, which looks at the start, has not written it down yet.
  skip(91 * 86_400_000)
  t.equal((await list('status=expired', late)).length, 2)
  t.same(await list('status=active', late), [])
  const { body } = await call(late, 'GET /v1/status', { as: 'ops' })
  t.match(body, { consents: { expired: 2, active: 0 }, expiring_within_14_days: 0 })
  await late.stop()
})

t.test('pages are stable while consents are added', async (t) => {
  const reference = 'customer_reference=paged'
  const made: string[] = []
  for (let n = 0; n < 5; n += 1) made.unshift((await start(broker, { customer_reference: 'paged' })).id)
  const seen: string[] = []
  let cursor: string | null = ''
  while (cursor !== null) {
    const after: string = cursor === '' ? '' : `&cursor=${cursor}`
    const { body } = await call(broker, `GET /v1/consents?${reference}&limit=2${after}`)
    t.ok(body.items.length <= 2)
    seen.push(...body.items.map((item: { id: string }) => item.id))
    cursor = body.next_cursor
    await start(broker, { customer_reference: 'paged' })
  }
  t.same(seen, made, 'each once, none of those added meanwhile')
})

t.test('a page that is exactly full is the last', async (t) => {
  await start(broker, { customer_reference: 'full' })
  const { body } = await call(broker, 'GET /v1/consents?customer_reference=full&limit=1')
  t.match(body, { items: [{}], next_cursor: null })
})

t.test('events, newest first and in pages', async (t) => {
  const id = await activate(broker, { customer_reference: 'told' })
  for (let n = 0; n < 3; n += 1) await call(broker, `POST /v1/consents/${id}/authorizations`, { body: {} })
  await call(broker, `DELETE /v1/consents/${id}`)
  const all = (await call(broker, `GET /v1/consents/${id}/events`)).body
  const types: string[] = all.items.map((event: { type: string }) => event.type)
  const renewals = Array.from({ length: 3 }, () => 'renewal.started')
  t.same(types.slice(0, 5), ['consent.revoked', ...renewals, 'consent.activated'])
  t.equal(types.at(-1), 'consent.started')
  t.equal(all.next_cursor, null)
  const first = (await call(broker, `GET /v1/consents/${id}/events?limit=4`)).body
  const rest = (await call(broker, `GET /v1/consents/${id}/events?limit=4&cursor=${first.next_cursor}`)).body
  t.same([...first.items, ...rest.items], all.items)
  t.equal(rest.next_cursor, null)
})

t.test('no list or history tells an account in full', async (t) => {
  await activate(broker, {}, { iban: ACCOUNTS[1] })
  const { text } = await call(broker, 'GET /v1/consents?status=active', { as: 'ops' })
  t.match(text, 'NL62ABNA******1479')
  t.notMatch(text, ACCOUNTS[1])
})

t.test('the status counts', async (t) => {
  const before = (await call(broker, 'GET /v1/status', { as: 'ops' })).body
  await start(broker)
  const { body } = await call(broker, 'GET /v1/status', { as: 'ops' })
  t.equal(body.consents.pending, before.consents.pending + 1)
  t.match(body, { refresh: { hold: null, failing: 0, uncertain: 0 }, keys: ['2026-11'] })
})
