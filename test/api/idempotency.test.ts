import t from 'tap'
import { call } from '../support/api.ts'
import { SCOPES } from '../support/authorize.ts'
import { type CallerName, createWorld } from '../support/broker.ts'
import { connectSession } from '../support/sql.ts'
import { waitFor } from '../support/wait-for.ts'

const world = await createWorld(t, { env: { REFRESHER: 'off' } })
const broker = await world.startBroker()

function startWith(key: string, body: object = {}, as: CallerName = 'ledger') {
  const headers = { 'idempotency-key': key }
  return call(broker, 'POST /v1/consents', { as, headers, body: { scopes: SCOPES, ...body } })
}

t.test('the same key and request give the same answer, and one consent', async (t) => {
  const [first, again] = [await startWith('a'), await startWith('a')]
  t.same([first.status, again.status], [201, 201])
  t.same(again.body, first.body)
  const metadata = { x: 'y' }
  const described = await startWith('described', { customer_reference: 'x', metadata, confirm: true })
  t.same(
    (await startWith('described', { confirm: true, metadata, customer_reference: 'x' })).body,
    described.body,
  )
})

t.test('the same key for another request', async (t) => {
  await startWith('b')
  const reused = await startWith('b', { customer_reference: 'another' })
  t.match(reused, { status: 422, body: { code: 'idempotency_key_reused' } })
})

t.test('keys are per caller', async (t) => {
  const mine = await startWith('c')
  const theirs = await startWith('c', { customer_reference: 'another' }, 'other')
  t.equal(theirs.status, 201)
  t.not(theirs.body.consent.id, mine.body.consent.id)
})

t.test('a second request while the first is being answered', async (t) => {
  const sql = connectSession(t, world.databaseUrl)
  await sql('begin; lock table consents in share mode')
  const first = startWith('d')
  const second = await waitFor('the first to be at work', async () => {
    const waiting = `select from pg_locks l join pg_database d on d.oid = l.database
      where d.datname = current_database() and l.relation = 'consents'::regclass and not l.granted`
    return (await sql(waiting)).length === 1 ? startWith('d') : null
  })
  t.match(second, { status: 409, body: { code: 'request_in_progress' } })
  await sql('rollback')
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
