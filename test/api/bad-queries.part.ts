import { createHash } from 'node:crypto'
import { call } from '../support/api.ts'
import { type CallerName, createWorld } from '../support/broker.ts'
import { findOperation } from '../support/contract.ts'
import { t } from '../support/parts.ts'
import { NO_ID } from './support/consents.ts'

const world = await createWorld(t, { env: { REFRESHER: 'off' } })
const broker = await world.startBroker()

/** An opaque cursor with a content of our own making. */
const cursor = (...parts: unknown[]) => Buffer.from(JSON.stringify(parts)).toString('base64url')
const NO_FILTERS = createHash('sha256').update('[]').digest('base64url').slice(0, 6)
/** One that a list without filters might give, but for its time. */
const cursorAt = (time: string) => cursor('newest', NO_FILTERS, '0', time, NO_ID)

const LIST: readonly [string, string][] = [
  ['limit=0', 'limit'],
  ['limit=201', 'limit'],
  ['limit=-1', 'limit'],
  ['limit=1.5', 'limit'],
  ['limit=', 'limit'],
  ['limit=ten', 'limit'],
  ['limit=1e999', 'limit'],
  ['limit=1&limit=2', 'limit'],
  ['limit[]=1', 'limit[]'],
  ['status=open', 'status'],
  ['status=active&status=pending', 'status'],
  ['status=', 'status'],
  ['customer_reference=', 'customer_reference'],
  ['customer_reference=a%00b', 'customer_reference'],
  ['customer_reference=a%0ab', 'customer_reference'],
  [`customer_reference=${'x'.repeat(201)}`, 'customer_reference'],
  ['iban=NL12', 'iban'],
  ['iban=NL12-ABNA-9999', 'iban'],
  ['owner=%00', 'owner'],
  ['expires_before=tomorrow', 'expires_before'],
  ['expires_before=2026-12-31', 'expires_before'],
  ['expires_before=2026-12-31T23:59:60Z', 'expires_before'],
  ['expires_before=2026-02-30T00:00:00Z', 'expires_before'],
  ['expires_before=99999-01-01T00:00:00Z', 'expires_before'],
  ['expires_before=1900000000', 'expires_before'],
  ['cursor=', 'cursor'],
  ['cursor=nonsense', 'cursor'],
  [`cursor=${'x'.repeat(201)}`, 'cursor'],
  [`cursor=${cursor()}`, 'cursor'],
  [`cursor=${cursor('2026-99-99T99:99:99.999Z', NO_ID)}`, 'cursor'],
  [`cursor=${cursor('2026-12-31T23:59:60.000Z', NO_ID)}`, 'cursor'],
  [`cursor=${cursor('2026-01-01T00:00:00.000Z', '-'.repeat(36))}`, 'cursor'],
  [`cursor=${cursor('2026-01-01T00:00:00.000Z', NO_ID, 'more')}`, 'cursor'],
  [`cursor=${cursor('7')}`, 'cursor'],
  [`cursor=${cursor('2026-02-31T00:00:00.000Z', NO_ID)}`, 'cursor'],
  [`cursor=${cursorAt('2026-02-30T00:00:00.000000Z')}`, 'cursor'],
  [`cursor=${cursorAt('0000-01-01T00:00:00.000000Z')}`, 'cursor'],
  [`cursor=${cursorAt('2026-01-01T24:00:00.000000Z')}`, 'cursor'],
  [`cursor=${cursor({ toString: 1 }, 'x')}`, 'cursor'],
  [`cursor=${cursor(['2026-01-01T00:00:00.000Z'], [NO_ID])}`, 'cursor'],
  ['colour=red', 'colour'],
  ['__proto__=x', '__proto__'],
  ['constructor=x', 'constructor'],
  ['=x', 'querystring'],
]

t.test('the list names what is wrong with a query', async (t) => {
  for (const [query, field] of LIST) {
    const answer = await call(broker, `GET /v1/consents?${query}`)
    t.match(answer, { status: 400, body: { code: 'invalid_request', field } }, query.slice(0, 80))
  }
})

/** The cursor that the document shows. */
function exampleCursor(): string {
  const { content } = findOperation('GET', '/v1/consents')?.responses[200] ?? {}
  const { value } = content?.['application/json']?.examples?.more ?? {}
  return (value as { next_cursor: string }).next_cursor
}

t.test('queries at their limits, and times far away', async (t) => {
  const right = [
    'limit=1',
    'limit=200',
    `customer_reference=${'x'.repeat(200)}`,
    'expires_before=0000-01-01T00:00:00Z',
    'expires_before=0000-01-01T00:00:00%2B23:59',
    'expires_before=9999-12-31T23:59:59.999999999-23:59',
    'expires_before=2026-12-31t23:59:59z',
    `cursor=${cursor('2026-01-01T00:00:00.000Z', NO_ID)}`,
    `cursor=${exampleCursor()}`,
    `cursor=${cursorAt('2026-01-01T00:00:00.123456Z')}`,
    `cursor=${cursorAt('infinity')}`,
    'iban=NL12+ABNA+9999+8765+23',
    '',
  ]
  for (const query of right) t.match(await call(broker, `GET /v1/consents?${query}`), { status: 200 }, query)
})

const OTHERS: readonly [string, CallerName][] = [
  ['GET /livez', 'ledger'],
  ['GET /readyz', 'ledger'],
  ['GET /metrics', 'ledger'],
  ['GET /openapi.json', 'ledger'],
  ['GET /v1/status', 'ops'],
  [`GET /v1/consents/${NO_ID}`, 'ledger'],
  [`GET /v1/consents/${NO_ID}/events`, 'ledger'],
  [`DELETE /v1/consents/${NO_ID}`, 'ledger'],
  ['POST /v1/refresher/resume', 'ops'],
]

t.test('every other call refuses what it does not know', async (t) => {
  for (const [route, as] of OTHERS) {
    const answer = await call(broker, `${route}?colour=red`, { as })
    t.match(answer, { status: 400, body: { code: 'invalid_request', field: 'colour' } }, route)
  }
})

t.test('ids that are none', async (t) => {
  const ids = [
    'x',
    '1',
    NO_ID.slice(1),
    `${NO_ID}0`,
    `urn:uuid:${NO_ID}`,
    `{${NO_ID}}`,
    '%00',
    '%27%20or%201=1',
    '..%2f..',
    'NULL',
  ]
  for (const id of ids) {
    for (const route of [
      `GET /v1/consents/${id}`,
      `GET /v1/consents/${id}/events`,
      `DELETE /v1/consents/${id}`,
    ]) {
      t.match(
        await call(broker, route),
        { status: 400, body: { code: 'invalid_request', field: 'id' } },
        route,
      )
    }
    const token = await call(broker, `POST /v1/consents/${id}/token`, { body: {} })
    t.match(token, { status: 400, body: { field: 'id' } }, id)
  }
})

t.test('event cursors', async (t) => {
  const start = await call(broker, 'POST /v1/consents', { body: { scopes: ['psd2:account:balance:read'] } })
  const { id } = start.body.consent
  for (const bad of [
    'x',
    cursor('x'),
    cursor(-1),
    cursor(1),
    cursor({ toString: 1 }),
    cursor('1'.repeat(19)),
    cursor('2026-01-01T00:00:00.000Z', NO_ID),
  ]) {
    const answer = await call(broker, `GET /v1/consents/${id}/events?cursor=${bad}`)
    t.match(answer, { status: 400, body: { field: 'cursor' } }, bad)
  }
})

t.test('an id is the same in either case', async (t) => {
  const start = await call(broker, 'POST /v1/consents', { body: { scopes: ['psd2:account:balance:read'] } })
  const { id } = start.body.consent
  const upper = id.toUpperCase()
  t.match(await call(broker, `GET /v1/consents/${upper}`), { status: 200, body: { id } })
  t.match(await call(broker, `POST /v1/consents/${upper}/token`, { body: {} }), { status: 409 })
  t.match(await call(broker, `DELETE /v1/consents/${upper}`), { status: 204 })
  t.match(await call(broker, `GET /v1/consents/${id}`), { body: { status: 'revoked' } })
})
