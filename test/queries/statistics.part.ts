import { createOutcomeTally, lastDay } from '../../src/core/outcomes.ts'
import { call } from '../support/api.ts'
import { activate, start } from '../support/authorize.ts'
import { createWorld } from '../support/broker.ts'
import { t } from '../support/parts.ts'
import { connectSql } from '../support/sql.ts'
import { waitFor } from '../support/wait-for.ts'

const world = await createWorld(t)
const broker = await world.startBroker()
const sql = connectSql(t, world.databaseUrl)

const statistics = async () => (await call(broker, 'GET /v1/statistics', { as: 'ops' })).body

t.test('endings by day of UTC, today first, of what lives', async (t) => {
  const ids = [await activate(broker), await activate(broker), await activate(broker), await activate(broker)]
  const midnight = new Date()
  midnight.setUTCHours(24, 0, 0, 0)
  const ends = [
    midnight.getTime() - 1,
    midnight.getTime(),
    midnight.getTime() + 12 * 86_400_000,
    midnight.getTime() + 13 * 86_400_000,
  ]
  for (const [index, id] of ids.entries()) {
    await sql('update consents set expires_at = $1 where id = $2', [new Date(ends[index] ?? 0), id])
  }
  await sql(`insert into consents (id, bank, status, requested_scopes, owner, created_at, expires_at)
    values (gen_random_uuid(), 'abnamro', 'pending', '{}', 'o', now(), now() + interval '2 d')`)
  const { endings } = await statistics()
  t.equal(endings.length, 14)
  t.equal(endings[0].date, new Date().toISOString().slice(0, 10))
  const counts = endings.map(({ count }: { count: number }) => count)
  t.same(counts, [1, 1, ...Array.from({ length: 11 }, () => 0), 1], 'an import that waits is not among them')
  const { body } = await call(broker, 'GET /v1/status', { as: 'ops' })
  t.ok(body.expiring_within_14_days >= 3)
  t.ok(Math.abs(Date.parse(body.counted_at) - Date.now()) < 60_000)
  await sql(`delete from consents where owner = 'o'`)
})

t.test('rotations of the last day by quarters, whatever they came to', async (t) => {
  const id = await activate(broker)
  const refusing = await activate(broker)
  const [row] = await sql('select bank from consents where id = $1', [id])
  const rejected = async (consent: string) => {
    const { body } = await call(broker, `POST /v1/consents/${consent}/token`, { body: {} })
    await call(broker, `POST /v1/consents/${consent}/token`, { body: { rejected_token: body.access_token } })
  }
  await rejected(id)
  world.bank.faults.add({
    endpoint: 'token',
    times: 1,
    action: { kind: 'status', status: 400, body: { error: 'invalid_grant' } },
  })
  await rejected(refusing)
  await sql(
    `insert into bank_outcomes (bank, quarter, uncertain) values
    ($1, date_bin('15 minutes', now(), 'epoch') - interval '2 h', 7), ($1, now() - interval '25 h', 9)`,
    [row.bank],
  )
  const { rotations } = await waitFor('the counts to be told', async () => {
    const told = await statistics()
    const now = told.rotations.slice(-2)
    const sum = (name: string) =>
      now.reduce((total: number, one: Record<string, number>) => total + (one[name] ?? 0), 0)
    return sum('rotated') === 1 && sum('refused') === 1 ? told : false
  })
  t.equal(rotations.length, 96)
  const froms = rotations.map(({ from }: { from: string }) => Date.parse(from))
  t.ok(
    froms.every((from: number, index: number) => index === 0 || from - froms[index - 1] === 900_000),
    'oldest first',
  )
  t.equal(
    rotations.reduce((sum: number, { uncertain }: { uncertain: number }) => sum + uncertain, 0),
    7,
  )
})

t.test('who a caller is', async (t) => {
  const { status, body } = await call(broker, 'GET /v1/caller', { as: 'ops' })
  t.same([status, body], [200, { id: 'ops', permissions: ['ops'] }])
  t.match(await call(broker, 'GET /v1/caller', { headers: { authorization: 'Bearer wrong' } }), {
    status: 401,
  })
})

t.test('a list says why and what next, and its cursor is good for itself alone', async (t) => {
  for (let made = 0; made < 3; made += 1) await start(broker, { customer_reference: 'worded' })
  const filter = 'customer_reference=worded'
  const { body } = await call(broker, `GET /v1/consents?${filter}&limit=1`)
  t.match(body.items[0].explanation, { why: /has not finished/, next: /becomes active/, attention: 'none' })
  const ask = (query: string) => call(broker, `GET /v1/consents?${query}&cursor=${body.next_cursor}`)
  t.match(await ask(`${filter}&limit=2`), { status: 200, body: { items: [{}, {}], next_cursor: null } })
  t.match(await ask(`${filter}&sort=attention`), { status: 200 })
  for (const other of [
    `${filter}&sort=newest`,
    'customer_reference=other',
    `${filter}&status=pending`,
    'limit=1',
  ]) {
    t.match(await ask(other), { status: 400, body: { code: 'invalid_request', field: 'cursor' } }, other)
  }
  const newest = (await call(broker, `GET /v1/consents?${filter}&limit=1&sort=newest`)).body
  const rest = await call(broker, `GET /v1/consents?${filter}&cursor=${newest.next_cursor}`)
  t.equal(rest.body.items.length, 2, 'a cursor brings its order along')
})

t.test('what could not be told is told the next time, and a day has all its quarters', async (t) => {
  const tally = createOutcomeTally()
  t.equal(tally.take(), null)
  tally.add('rotated')
  const taken = tally.take()
  tally.add('refused')
  tally.giveBack(taken)
  t.match(tally.take(), { rotated: 1, refused: 1, uncertain: 0 })
  const day = lastDay([], new Date('2026-11-23T08:15:00.000Z'))
  t.same(
    [day[0]?.from, day.at(-1)?.from],
    [new Date('2026-11-22T08:30:00.000Z'), new Date('2026-11-23T08:15:00.000Z')],
  )
})
