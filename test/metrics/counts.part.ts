import { call } from '../support/api.ts'
import { activate } from '../support/authorize.ts'
import { createWorld } from '../support/broker.ts'
import { getToken, importActives } from '../support/consents.ts'
import { t } from '../support/parts.ts'
import { connectSql } from '../support/sql.ts'
import { waitFor } from '../support/wait-for.ts'
import { sample } from './support/scrape.ts'

const world = await createWorld(t)
const { bank } = world
const broker = await world.startBroker()
const sql = connectSql(t, world.databaseUrl)

const NO_ID = '00000000-0000-4000-8000-000000000000'
const read = async (name: string) => sample((await call(broker, 'GET /metrics')).text, name)
/** How much counts have grown while something was done. */
async function growth(names: string[], doing: () => Promise<unknown>): Promise<number[]> {
  const before = await Promise.all(names.map(read))
  await doing()
  const after = await Promise.all(names.map(read))
  return after.map((value, index) => value - (before[index] ?? Number.NaN))
}

t.test('hand-outs: result, time, cache and why not', async (t) => {
  const id = await activate(broker)
  const names = [
    'token_broker_hand_outs_total{result="ok"}',
    'token_broker_hand_out_duration_seconds_count{result="ok"}',
    'token_broker_hand_out_duration_seconds_bucket{le="60",result="ok"}',
    'token_broker_token_cache_requests_total{result="miss"}',
    'token_broker_token_cache_requests_total{result="hit"}',
    'token_broker_token_cache_entries',
  ]
  const asked = async () => {
    for (let count = 0; count < 3; count += 1) await getToken(broker, id)
  }
  t.same(await growth(names, asked), [3, 3, 3, 1, 2, 1])
  const problems = [
    'token_broker_hand_outs_total{result="problem"}',
    'token_broker_hand_out_duration_seconds_count{result="problem"}',
    'token_broker_hand_out_problems_total{code="consent_not_found"}',
    'token_broker_hand_out_problems_total{code="consent_revoked"}',
  ]
  const refused = async () => {
    await getToken(broker, NO_ID)
    await call(broker, `DELETE /v1/consents/${id}`)
    await getToken(broker, id)
  }
  t.same(await growth(problems, refused), [2, 2, 1, 1])
})

t.test('requests by route, and what no route takes as one', async (t) => {
  const of = (route: string, rest: string) => `{listener="internal",method="${rest}",route="${route}"`
  const total = 'token_broker_http_requests_total'
  const names = [
    `${total}${of('/v1/consents/:id', 'GET')},status="4xx"}`,
    `${total}${of('/livez', 'GET')},status="2xx"}`,
    `${total}${of('other', 'other')},status="4xx"}`,
    `token_broker_http_request_duration_seconds_count${of('/livez', 'GET')}}`,
  ]
  // A histogram of requests begins with the first.
  await call(broker, 'GET /livez')
  const asked = async () => {
    await call(broker, `GET /v1/consents/${NO_ID}`)
    await call(broker, 'GET /livez')
    await fetch(new URL(`/nowhere/${NO_ID}`, broker.internalUrl))
    await fetch(new URL('/livez', broker.internalUrl), { method: 'PATCH' })
  }
  t.same(await growth(names, asked), [1, 1, 2, 1])
  t.notMatch((await call(broker, 'GET /metrics')).text, NO_ID, 'no URL becomes a label')
})

/** A new pair is told after its row is written: imports that are rotated may still be to be told. */
function allTold(): Promise<true> {
  return waitFor('all that was rotated to be told', async () => {
    const text = (await call(broker, 'GET /metrics')).text
    const rotated = sample(text, 'token_broker_rotations_total{outcome="rotated"}')
    return rotated === sample(text, 'token_broker_rotation_lateness_seconds_count') ? true : null
  })
}

t.test('rotations: what came of them, how late they were, and what the bank took', async (t) => {
  const [late] = await importActives(broker, bank, 1)
  await allTold()
  const names = [
    'token_broker_rotations_total{outcome="rotated"}',
    'token_broker_rotation_lateness_seconds_count',
    'token_broker_rotation_lateness_seconds_bucket{le="1"}',
    'token_broker_rotation_lateness_seconds_bucket{le="60"}',
    'token_broker_bank_calls_total{call="refresh",outcome="granted"}',
    'token_broker_bank_call_duration_seconds_count{call="refresh"}',
  ]
  const rotate = async () => {
    const lateBefore = await read('token_broker_rotation_lateness_seconds_count')
    await sql(`update consent_tokens set due_at = now() - interval '3 s' where consent_id = $1`, [late?.id])
    await waitFor(
      'a rotation',
      async () => (await read('token_broker_rotation_lateness_seconds_count')) > lateBefore,
    )
  }
  t.same(await growth(names, rotate), [1, 1, 0, 1, 1, 1])
  const [fresh] = await importActives(broker, bank, 1)
  await allTold()
  const early = async () => {
    const { body } = await getToken(broker, String(fresh?.id))
    await getToken(broker, String(fresh?.id), { rejected_token: body.access_token })
  }
  t.same(await growth(names.slice(0, 2), early), [1, 0], 'one that was not due is not late')
})

t.test('what time alone brings about', async (t) => {
  const [over] = await importActives(broker, bank, 1)
  const name = 'token_broker_housekeeping_total{what="expired"}'
  const [grown] = await growth([name], async () => {
    await sql(`update consents set expires_at = now() where id = $1`, [over?.id])
    await waitFor('its end', async () => {
      const [row] = await sql('select status from consents where id = $1', [over?.id])
      return row.status === 'expired'
    })
    await waitFor('it to be counted', async () => (await read(name)) > 0)
  })
  t.equal(grown, 1)
})

t.test('endings, from the database itself', async (t) => {
  const ids = (await importActives(broker, bank, 4)).map(({ id }) => id)
  const inDays = [0.5, 3, 10, 40]
  for (const [index, id] of ids.entries())
    await sql(`update consents set expires_at = now() + $2::float * interval '1 day' where id = $1`, [
      id,
      inDays[index],
    ])
  const { endings } = await broker.broker.readOverview()
  t.same(endings.within, { '1d': 1, '7d': 2, '14d': 3 })
  const [first] = await sql('select expires_at from consents where id = $1', [ids[0]])
  t.same(endings.nextAt, first.expires_at)
  await sql(`update consents set status = 'revoked' where id = $1`, [ids[0]])
  t.same((await broker.broker.readOverview()).endings.within, { '1d': 0, '7d': 1, '14d': 2 })
})

t.test('the pool', async (t) => {
  const used = await read('token_broker_database_connections{state="idle"}')
  t.ok(used > 0 && used <= 20, String(used))
  t.equal(await read('token_broker_database_connections_max'), 20)
  t.equal(await read('token_broker_database_waiting'), 0)
  t.equal(await read('token_broker_encryption_keys'), 1)
})
