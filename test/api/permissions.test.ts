import t from 'tap'
import { call } from '../support/api.ts'
import { activate, SCOPES, start } from '../support/authorize.ts'
import { type CallerName, createWorld, KEYS } from '../support/broker.ts'
import { chainFrom } from './support/consents.ts'

const world = await createWorld(t, { env: { REFRESHER: 'off' } })
const broker = await world.startBroker()

/** A consent of ledger's, whose tokens are granted to `granted` and to `reader`, who lacks the permission. */
const id = await activate(broker, { granted_to: ['granted', 'reader', 'ops'] })

type Row = readonly [route: string, body: () => object | undefined, status: Record<CallerName, number>]

const ALL = (status: number) => ({
  ledger: status,
  other: status,
  granted: status,
  reader: status,
  ops: status,
})
const nothing = () => undefined

const TABLE: readonly Row[] = [
  ['POST /v1/consents', () => ({ scopes: SCOPES }), { ...ALL(403), ledger: 201, other: 201 }],
  ['GET /v1/consents', nothing, { ...ALL(200), granted: 403 }],
  [`GET /v1/consents/${id}`, nothing, { ledger: 200, other: 404, granted: 403, reader: 404, ops: 200 }],
  [
    `GET /v1/consents/${id}/events`,
    nothing,
    { ledger: 200, other: 404, granted: 403, reader: 404, ops: 200 },
  ],
  [
    `GET /v1/consents/${id}/account`,
    nothing,
    { ledger: 200, other: 404, granted: 403, reader: 404, ops: 200 },
  ],
  [
    `POST /v1/consents/${id}/token`,
    () => ({}),
    { ledger: 200, other: 404, granted: 200, reader: 403, ops: 403 },
  ],
  [`POST /v1/consents/${id}/authorizations`, () => ({}), { ...ALL(403), ledger: 201, other: 404 }],
  [`POST /v1/consents/${id}/confirm`, () => ({ result_code: 'x' }), { ...ALL(403), ledger: 400, other: 404 }],
  [
    'POST /v1/client-tokens',
    () => ({ scope: 'psd2:payment:sepa:write' }),
    { ...ALL(200), reader: 403, ops: 403 },
  ],
  ['POST /v1/consents/import', () => chainFrom(world).body, { ...ALL(403), ops: 201 }],
  ['GET /v1/status', nothing, { ...ALL(403), ops: 200 }],
  ['POST /v1/refresher/hold', () => ({ reason: 'a test' }), { ...ALL(403), ops: 200 }],
  ['POST /v1/refresher/resume', nothing, { ...ALL(403), ops: 204 }],
  // Last, as it ends the consent.
  [`DELETE /v1/consents/${id}`, nothing, { ...ALL(403), other: 404, ledger: 204 }],
]

for (const [route, body, statuses] of TABLE) {
  t.test(route.replace(id, '{id}'), async (t) => {
    // The owner goes last: what others may not do must not have been done before.
    for (const as of ['other', 'granted', 'reader', 'ops', 'ledger'] as const) {
      const sent = body()
      const answer = await call(broker, route, { as, ...(sent === undefined ? {} : { body: sent }) })
      t.equal(answer.status, statuses[as], `${as}: ${answer.text.slice(0, 200)}`)
      if (answer.status === 403) t.equal(answer.body.code, 'forbidden')
      if (answer.status === 404) t.equal(answer.body.code, 'consent_not_found')
    }
    for (const authorization of ['', 'Bearer wrong', `Bearer ${KEYS.ledger.slice(1)}`]) {
      const sent = body()
      const answer = await call(broker, route, {
        headers: { authorization },
        ...(sent === undefined ? {} : { body: sent }),
      })
      t.equal(answer.status, 401, `"${authorization}"`)
    }
  })
}

t.test('a list shows its caller its own consents only, and operations all', async (t) => {
  const mine = await start(broker, { customer_reference: 'shared' }, 'ledger')
  const theirs = await start(broker, { customer_reference: 'shared' }, 'other')
  const idsFor = async (as: CallerName, query = '') => {
    const { body } = await call(broker, `GET /v1/consents?customer_reference=shared${query}`, { as })
    return body.items.map((item: { id: string }) => item.id)
  }
  t.same(await idsFor('ledger'), [mine.id])
  t.same(await idsFor('other'), [theirs.id])
  t.same(await idsFor('reader'), [])
  t.same(await idsFor('ledger', '&owner=other'), [], 'asking for it does not help')
  t.same(await idsFor('ledger', '&owner=ledger'), [mine.id])
  t.same(await idsFor('ops'), [theirs.id, mine.id])
  t.same(await idsFor('ops', '&owner=other'), [theirs.id])
})

t.test('who was granted tokens neither reads nor ends the consent', async (t) => {
  const shared = await activate(broker, { granted_to: ['other'] })
  t.equal((await call(broker, `POST /v1/consents/${shared}/token`, { as: 'other', body: {} })).status, 200)
  for (const route of [
    `GET /v1/consents/${shared}`,
    `GET /v1/consents/${shared}/events`,
    `GET /v1/consents/${shared}/account`,
    `DELETE /v1/consents/${shared}`,
  ]) {
    t.match(await call(broker, route, { as: 'other' }), { status: 404 }, route)
  }
  t.equal(
    (await call(broker, `POST /v1/consents/${shared}/authorizations`, { as: 'other', body: {} })).status,
    404,
  )
})
