import { createRefusalLog } from '../../src/http/limits/refusal-log.ts'
import { call } from '../support/api.ts'
import { activate } from '../support/authorize.ts'
import { createWorld } from '../support/broker.ts'
import { getToken } from '../support/consents.ts'
import { t } from '../support/parts.ts'
import { connectSql } from '../support/sql.ts'
import { waitFor } from '../support/wait-for.ts'

const REFUSED = 200
const FINGERPRINT = /^[0-9a-f]{12}$/

const world = await createWorld(t)
const broker = await world.startBroker()
const sql = connectSql(t, world.databaseUrl)
const lines = (msg: string) =>
  broker.logged.map((line) => JSON.parse(line)).filter((line) => line.msg === msg)

t.test(
  'a request brings about lines that carry its id: the rotation, the hand-out and its own',
  async (t) => {
    const id = await activate(broker)
    const { access_token: rejected_token } = (await getToken(broker, id)).body
    const requestId = 'an-Id_of.theirs-1'
    const headers = { 'x-request-id': requestId }
    const answer = await call(broker, `POST /v1/consents/${id}/token`, { body: { rejected_token }, headers })
    t.equal(answer.headers.get('x-request-id'), requestId)
    await waitFor('its line', () => lines('request').some((line) => line.requestId === requestId))
    const own = broker.logged.map((line) => JSON.parse(line)).filter((line) => line.requestId === requestId)
    t.same(own.map(({ msg }) => msg).sort(), ['request', 'rotation', 'token handed out'])
    const [request] = own.filter(({ msg }) => msg === 'request')
    t.match(request, {
      ...{ level: 'info', method: 'POST', route: '/v1/consents/:id/token', status: 200 },
      ...{ callerId: 'ledger', consentId: id, durationMs: Number },
    })
    const [rotation] = own.filter(({ msg }) => msg === 'rotation')
    t.match(rotation, {
      consentId: id,
      chain: 1,
      version: 1,
      attemptId: /-/,
      presentation: 1,
      outcome: 'rotated',
    })
    t.match(rotation, { durationMs: Number, lateMs: Number, refreshFingerprint: FINGERPRINT })
    t.match(rotation.newRefreshFingerprint, FINGERPRINT)
    t.not(rotation.newRefreshFingerprint, rotation.refreshFingerprint)

    await sql('update consent_tokens set due_at = now()')
    const next = await waitFor('the next rotation', () =>
      lines('rotation').find(({ version }) => version === 2),
    )
    t.equal(next.refreshFingerprint, rotation.newRefreshFingerprint, 'what was bought is what is presented')
    t.notOk('requestId' in next, 'nobody asked for it')
  },
)

t.test('no id of a stranger gets into a line that is not harmless', async (t) => {
  const odd = ['', 'a b', 'a"b', 'x'.repeat(101), 'é', 'a{}', '<b>']
  for (const value of odd) {
    const { headers, body } = await call(broker, 'GET /v1/consents/nobody', {
      headers: { 'x-request-id': encodeURI(value) === value ? value : Buffer.from(value).toString('latin1') },
    })
    const made = headers.get('x-request-id')
    t.match(made, /^[0-9a-f-]{36}$/, JSON.stringify(value))
    t.equal(body.request_id, made)
  }
  t.ok(broker.logged.every((line) => !line.trim().includes('\n')))
})

t.test('a request on the public listener, and one that is no request, have a line each', async (t) => {
  await fetch(`${broker.publicUrl}/start/nothing`)
  await waitFor('its line', () => lines('request').some(({ route }) => route === '/start/:ticket'))
  const quiet = lines('request').length
  for (const path of ['/livez', '/readyz', '/metrics']) await fetch(`${broker.internalUrl}${path}`)
  await call(broker, 'GET /v1/consents')
  await waitFor('the line of the last', () => lines('request').length > quiet)
  t.equal(lines('request').length, quiet + 1, 'probes have none')
})

t.test(
  'of a flood of refused requests the first have lines, with the reason, and all others a number',
  async (t) => {
    const before = lines('request').length
    const begunMs = performance.now()
    const flood = Array.from({ length: REFUSED }, () =>
      call(broker, 'GET /v1/consents', { headers: { authorization: 'Bearer nobody' } }),
    )
    t.same(new Set((await Promise.all(flood)).map(({ status }) => status)), new Set([401]))
    const counted = () =>
      lines('requests were refused that have no line of their own').reduce((sum, { count }) => sum + count, 0)
    const told = () => lines('request').length - before
    await waitFor('all to be accounted for', () => counted() + told() === REFUSED)
    const seconds = (performance.now() - begunMs) / 1000
    t.ok(told() <= 20 * (seconds + 2), `${told()} lines in ${seconds} s`)
    t.match(lines('request').at(-1), { level: 'warn', status: 401, reason: 'unknown_key' })
    await call(broker, 'GET /v1/consents')
    await waitFor('who is known to have a line', () => lines('request').at(-1)?.status === 200)
  },
)

t.test('each second begins anew', async (t) => {
  const counts: number[] = []
  let wake = () => {}
  const sleep = () => new Promise<void>((resolve) => (wake = resolve))
  const log = createRefusalLog({ sleep, onCounted: (count) => counts.push(count), maxPerSecond: 2 })
  t.same([1, 2, 3, 4].map(log.admits), [true, true, false, false])
  wake()
  await new Promise(setImmediate)
  t.same(counts, [2])
  t.equal(log.admits(), true)
  wake()
  await new Promise(setImmediate)
  t.same(counts, [2], 'nothing to tell')
})

t.test('an answer of the bank whose line cannot be written is saved and handed out', async (t) => {
  const id = await activate(broker)
  const { access_token: rejected_token } = (await getToken(broker, id)).body
  const { logged } = broker
  const push = logged.push.bind(logged)
  logged.push = (line) => {
    if (line.includes('"msg":"rotation"')) throw new Error('no room for it')
    return push(line)
  }
  t.teardown(() => Reflect.deleteProperty(logged, 'push'))
  const answer = await call(broker, `POST /v1/consents/${id}/token`, { body: { rejected_token } })
  t.equal(answer.status, 200)
  t.not(answer.body.access_token, rejected_token)
  t.match(await sql('select version, attempt_id from consent_tokens where consent_id = $1', [id]), [
    { version: 2, attempt_id: null },
  ])
  t.ok(lines('a rotation cannot be logged').length > 0)
})
