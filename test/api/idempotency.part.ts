import { call } from '../support/api.ts'
import { SCOPES } from '../support/authorize.ts'
import { type CallerName, createWorld } from '../support/broker.ts'
import { createBrowser } from '../support/browser.ts'
import { t } from '../support/parts.ts'
import { connectSession, connectSql } from '../support/sql.ts'
import { waitFor } from '../support/wait-for.ts'

const world = await createWorld(t, { env: { REFRESHER: 'off' } })
const broker = await world.startBroker()
const sql = connectSql(t, world.databaseUrl)
const RETURN_URL = 'http://127.0.0.1:9/done'

function startWith(key: string, body: object = {}, as: CallerName = 'ledger') {
  const headers = { 'idempotency-key': key }
  return call(broker, 'POST /v1/consents', { as, headers, body: { scopes: SCOPES, ...body } })
}

async function consents(): Promise<number> {
  const [{ n }] = await sql('select count(*)::int as n from consents')
  return n
}

t.test('the same key and request give the same answer byte for byte, and one consent', async (t) => {
  const first = await startWith('a', { return_url: RETURN_URL })
  const countBefore = await consents()
  const again = await startWith('a', { return_url: RETURN_URL })
  t.same([first.status, again.status], [201, 201])
  t.equal(again.text, first.text)
  t.equal(again.headers.get('cache-control'), 'no-store')
  t.equal(await consents(), countBefore)
  const page = await createBrowser().consent(again.body.authorization_url)
  t.equal(page.status, 302, 'the link in it works')
  const late = await startWith('a', { return_url: RETURN_URL })
  t.equal(late.text, first.text, 'whatever became of the consent meanwhile')
})

t.test('the order of members makes no other request', async (t) => {
  const metadata = { x: 'y' }
  const described = await startWith('described', { customer_reference: 'x', metadata, confirm: true })
  t.same(
    (await startWith('described', { confirm: true, metadata, customer_reference: 'x' })).body,
    described.body,
  )
})

t.test('the same key for another request', async (t) => {
  const request = { customer_reference: 'one', metadata: { colour: 'blue' }, return_url: RETURN_URL }
  await startWith('b', request)
  const countBefore = await consents()
  const others = [
    { ...request, customer_reference: 'another' },
    { ...request, metadata: { colour: 'red' } },
    {},
  ]
  for (const other of others) {
    const reused = await startWith('b', other)
    t.match(reused, { status: 422, body: { code: 'idempotency_key_reused' } })
  }
  t.equal(await consents(), countBefore)
})

t.test('keys are per caller', async (t) => {
  const mine = await startWith('c')
  const theirs = await startWith('c', { customer_reference: 'another' }, 'other')
  t.equal(theirs.status, 201)
  t.not(theirs.body.consent.id, mine.body.consent.id)
  t.equal(theirs.body.consent.owner, 'other')
  t.equal((await startWith('c2')).status, 201)
  t.equal((await startWith('c2', {}, 'other')).body.consent.owner, 'other', 'for the same request too')
})

t.test('of requests at once one starts a consent; the others hear so', async (t) => {
  const countBefore = await consents()
  const answers = await Promise.all(Array.from({ length: 8 }, () => startWith('at-once')))
  const good = answers.filter(({ status }) => status === 201)
  t.ok(good.length > 0)
  t.equal(new Set(good.map(({ text }) => text)).size, 1)
  for (const { status, body } of answers) {
    if (status !== 201) t.match([status, body.code], [409, 'request_in_progress'])
  }
  t.equal(await consents(), countBefore + 1)
})

t.test('a second request while the first is being answered', async (t) => {
  const session = connectSession(t, world.databaseUrl)
  await session('begin; lock table consents in share mode')
  const first = startWith('d')
  const second = await waitFor('the first to be at work', async () => {
    const waiting = `select from pg_locks l join pg_database d on d.oid = l.database
      where d.datname = current_database() and l.relation = 'consents'::regclass and not l.granted`
    return (await session(waiting)).length === 1 ? startWith('d') : null
  })
  t.match(second, { status: 409, body: { code: 'request_in_progress' } })
  await session('rollback')
  const { status, body } = await first
  t.equal(status, 201)
  t.same((await startWith('d')).body, body, 'and afterwards its answer is given')
})

t.test('a refused request leaves its key free', async (t) => {
  t.equal((await startWith('e', { scopes: ['psd2:nothing'] })).status, 400)
  t.equal((await startWith('e')).status, 201)
})

t.test('keys at their limits', async (t) => {
  t.equal((await startWith('!~'.repeat(100))).status, 201)
  for (const bad of ['x'.repeat(201), 'a b', '', 'é']) {
    t.match(
      await startWith(bad),
      { status: 400, body: { code: 'invalid_request', field: 'idempotency-key' } },
      bad,
    )
  }
})

t.test('a key is forgotten after a day, and its answer is stored sealed', async (t) => {
  const first = await startWith('f')
  const ticket = String(first.body.authorization_url).split('/').at(-1) ?? ''
  const [{ stored }] = await sql("select string_agg(stored_answer, ' ') as stored from idempotency_keys")
  t.notMatch(stored, ticket)
  await sql("update idempotency_keys set created_at = created_at - interval '24 hours'")
  await broker.broker.keepHouse()
  const again = await startWith('f')
  t.equal(again.status, 201)
  t.not(again.body.consent.id, first.body.consent.id)
})

t.test('without a key each request starts its own', async (t) => {
  const startWithout = () => call(broker, 'POST /v1/consents', { body: { scopes: SCOPES } })
  const [one, other] = [await startWithout(), await startWithout()]
  t.not(one.body.consent.id, other.body.consent.id)
  const page = await createBrowser().consent(one.body.authorization_url)
  t.match(page.text, '<h1>You have given permission</h1>')
})
