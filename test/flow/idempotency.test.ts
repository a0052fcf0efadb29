import t from 'tap'
import { call } from '../support/api.ts'
import { SCOPES } from '../support/authorize.ts'
import { type CallerName, createWorld } from '../support/broker.ts'
import { createBrowser } from '../support/browser.ts'
import { connectSql } from '../support/sql.ts'
import { headingOf, RETURN_URL } from './helpers.ts'

const world = await createWorld(t)
const broker = await world.startBroker()
const sql = connectSql(t, world.databaseUrl)
const REQUEST = {
  scopes: SCOPES,
  customer_reference: 'c-1',
  metadata: { colour: 'blue' },
  return_url: RETURN_URL,
}

function startWith(key: string, body: object = REQUEST, as: CallerName = 'ledger') {
  return call(broker, 'POST /v1/consents', { as, body, headers: { 'idempotency-key': key } })
}

async function consents(): Promise<number> {
  const [{ n }] = await sql('select count(*)::int as n from consents')
  return n
}

t.test('the same key and request give the same answer, byte for byte', async (t) => {
  const first = await startWith('key-1')
  const countBefore = await consents()
  const again = await startWith('key-1')
  t.strictSame([first.status, again.status], [201, 201])
  t.equal(again.text, first.text)
  t.equal(again.headers.get('cache-control'), 'no-store')
  t.equal(await consents(), countBefore)
  const page = await createBrowser().consent(again.body.authorization_url)
  t.equal(page.status, 302, 'the link in it works')
  t.equal((await startWith('key-1')).text, first.text, 'whatever became of the consent meanwhile')
})

t.test('the same key with another request is refused', async (t) => {
  await startWith('key-2')
  const countBefore = await consents()
  for (const body of [
    { ...REQUEST, customer_reference: 'c-2' },
    { ...REQUEST, metadata: { colour: 'red' } },
    { scopes: SCOPES },
  ]) {
    const { status, body: problem } = await startWith('key-2', body)
    t.match([status, problem.code], [422, 'idempotency_key_reused'])
  }
  t.equal(await consents(), countBefore)
})

t.test('of requests at once one starts a consent; the others hear so', async (t) => {
  const countBefore = await consents()
  const answers = await Promise.all(Array.from({ length: 8 }, () => startWith('key-3')))
  const good = answers.filter(({ status }) => status === 201)
  t.ok(good.length > 0)
  t.equal(new Set(good.map(({ text }) => text)).size, 1)
  for (const { status, body } of answers) {
    if (status !== 201) t.match([status, body.code], [409, 'request_in_progress'])
  }
  t.equal(await consents(), countBefore + 1)
})

t.test('a request in progress is not waited for', async (t) => {
  await sql('begin')
  const digest = "encode(sha256('key-4'), 'base64')"
  await sql(`select pg_advisory_xact_lock(hashtextextended('ledger ' ||
    translate(trim(trailing '=' from ${digest}), '+/', '-_'), 0))`)
  const held = await startWith('key-4')
  t.match([held.status, held.body.code], [409, 'request_in_progress'])
  await sql('rollback')
  t.equal((await startWith('key-4')).status, 201)
})

t.test("keys are each caller's own", async (t) => {
  const [mine, theirs] = [await startWith('key-5'), await startWith('key-5', REQUEST, 'other')]
  t.strictSame([mine.status, theirs.status], [201, 201])
  t.not(mine.body.consent.id, theirs.body.consent.id)
  t.equal(theirs.body.consent.owner, 'other')
})

t.test('a request that was refused keeps no key', async (t) => {
  t.equal((await startWith('key-6', { scopes: ['psd2:nothing'] })).status, 400)
  t.equal((await startWith('key-6')).status, 201)
})

t.test('a key is forgotten after a day, and its answer is stored sealed', async (t) => {
  const first = await startWith('key-7')
  const ticket = String(first.body.authorization_url).split('/').at(-1) ?? ''
  const [{ stored }] = await sql("select string_agg(stored_answer, ' ') as stored from idempotency_keys")
  t.notMatch(stored, ticket)
  await sql("update idempotency_keys set created_at = created_at - interval '24 hours'")
  await broker.broker.keepHouse()
  const again = await startWith('key-7')
  t.equal(again.status, 201)
  t.not(again.body.consent.id, first.body.consent.id)
})

t.test('a key that is no header text is refused', async (t) => {
  for (const key of ['a b', 'x'.repeat(201)]) {
    const { status, body } = await startWith(key)
    t.match([status, body.code], [400, 'invalid_request'], key)
  }
})

t.test('without a key each request starts its own', async (t) => {
  const body = { scopes: SCOPES }
  const answers = [
    await call(broker, 'POST /v1/consents', { body }),
    await call(broker, 'POST /v1/consents', { body }),
  ]
  t.equal(new Set(answers.map((answer) => answer.body.consent.id)).size, 2)
  t.match(headingOf(await createBrowser().consent(answers[0]!.body.authorization_url)), 'permission')
})
