import { CHANGE_CHANNEL } from '../../src/store/events.ts'
import { call } from '../support/api.ts'
import { activate } from '../support/authorize.ts'
import { createWorld } from '../support/broker.ts'
import { getConsent, getToken } from '../support/consents.ts'
import { t } from '../support/parts.ts'
import { connectSql } from '../support/sql.ts'
import { waitFor } from '../support/wait-for.ts'

const world = await createWorld(t)
const broker = await world.startBroker()
const second = await world.startBroker({ PUBLIC_PORT: '0' })
const sql = connectSql(t, world.databaseUrl)

/** Has a time of the tokens come, and tells the brokers. */
const passTime = (id: string, column: 'due_at' | 'access_expires_at') =>
  sql(
    `with passed as (update consent_tokens set ${column} = now() where consent_id = $1 returning consent_id)
     select pg_notify($2, consent_id::text) from passed`,
    [id, CHANGE_CHANNEL],
  )

const hold = (body: object) => call(broker, 'POST /v1/refresher/hold', { as: 'ops', body })

t.test('a hold stops refreshing on all brokers, and hand-outs go on', async (t) => {
  const id = await activate(broker)
  t.match(await hold({ reason: 'certificate swap' }), {
    status: 200,
    body: { by: 'ops', reason: 'certificate swap' },
  })
  const { presented } = world.bank.ledger.totals()
  for (const one of [broker, second]) {
    t.match((await call(one, 'GET /v1/status', { as: 'ops' })).body.refresh, { hold: { by: 'ops' } })
  }
  t.equal((await getConsent(second, id)).refresh.state, 'held')
  await passTime(id, 'due_at')
  for (const one of [broker, second]) {
    await waitFor(
      'the token to fall due',
      async () => (await getToken(one, id)).body.refresh_state === 'delayed',
    )
  }
  await passTime(id, 'access_expires_at')
  const gone = await waitFor('the token to end', async () => {
    const answer = await getToken(second, id)
    return answer.status === 200 ? null : answer
  })
  t.match(gone, { status: 503, body: { code: 'bank_unavailable' } })
  t.equal(world.bank.ledger.totals().presented, presented, 'nothing was presented meanwhile')
  t.equal((await call(broker, 'POST /v1/refresher/resume', { as: 'ops' })).status, 204)
  await waitFor('a fresh token', async () => (await getToken(second, id)).status === 200)
  t.match((await call(broker, 'GET /v1/status', { as: 'ops' })).body.refresh, { hold: null })
})

t.test('a hold ends by itself', async (t) => {
  const id = await activate(broker)
  await hold({ reason: 'a while', until: new Date(Date.now() + 3_600_000).toISOString() })
  t.equal((await getConsent(broker, id)).refresh.state, 'held')
  await sql('update bank_gates set hold_until = now()')
  await waitFor('the hold to end', async () => (await getConsent(broker, id)).refresh.state !== 'held')
  t.match((await call(broker, 'GET /v1/status', { as: 'ops' })).body.refresh, { hold: null })
})

t.test('how long a hold may last', async (t) => {
  const inMs = (ms: number) => new Date(Date.now() + ms).toISOString()
  const day = 86_400_000
  const { body } = await hold({ reason: 'by default' })
  t.ok(Math.abs(Date.parse(body.until) - Date.now() - 3_600_000) < 10_000, 'an hour')
  t.equal((await hold({ reason: 'the longest', until: inMs(day - 5_000) })).status, 200)
  t.match(await hold({ reason: 'longer', until: inMs(day + 5_000) }), {
    status: 400,
    body: { field: 'until' },
  })
  t.match(await hold({ reason: 'over', until: inMs(-1) }), { status: 400, body: { field: 'until' } })
  for (const _ of [1, 2])
    t.equal((await call(broker, 'POST /v1/refresher/resume', { as: 'ops' })).status, 204)
})
