import { call } from '../support/api.ts'
import { createWorld } from '../support/broker.ts'
import { t } from '../support/parts.ts'
import { createSkippingClock } from '../support/skipping-clock.ts'
import { connectSql } from '../support/sql.ts'

const world = await createWorld(t, { env: { REFRESHER: 'off' } })
const { bank } = world
const broker = await world.startBroker()
const sql = connectSql(t, world.databaseUrl)
const SEPA = 'psd2:payment:sepa:write'

const ask = (at = broker, scope = SEPA) => call(at, 'POST /v1/client-tokens', { body: { scope } })

/** How often the bank is asked for a client token from here on. */
const countAsked = () =>
  bank.faults.add({
    endpoint: 'token',
    grantType: 'client_credentials',
    times: null,
    action: { kind: 'delay', delayMs: 30 },
  })

t.beforeEach(() => bank.faults.clear())

t.test('fifty callers at once, and those after them, cause one call at the bank', async (t) => {
  const asked = countAsked()
  const answers = await Promise.all(Array.from({ length: 50 }, () => ask()))
  const later = await ask()
  t.equal(asked.struck, 1)
  t.same(new Set([...answers, later].map(({ status }) => status)), new Set([200]))
  t.equal(new Set([...answers, later].map(({ body }) => body.access_token)).size, 1)
  t.equal(later.body.expires_at, answers[0]?.body.expires_at)
})

t.test('it is kept in memory alone: neither stored nor logged, and its hand-out is on record', async (t) => {
  const { body } = await ask()
  t.match(body.access_token, /^[\w-]{32}$/)
  const stored = await dumpTables()
  t.ok(stored.includes('2026-11'), 'the key in use stands there')
  t.notOk(stored.includes(body.access_token))
  t.notOk(broker.logged.some((line) => line.includes(body.access_token)))
  const audit = broker.logged
    .map((line) => JSON.parse(line))
    .find(({ msg }) => msg === 'client token handed out')
  t.match(audit, { callerId: 'ledger', scope: SEPA, fingerprint: /^[0-9a-f]{12}$/, requestId: /./ })
})

t.test('it is asked for anew close to its end, and not before', async (t) => {
  const { clock, skip } = createSkippingClock()
  const fresh = await world.startBroker({ PUBLIC_PORT: '0' }, clock)
  t.teardown(() => {
    bank.settings.accessTokenTtlSeconds = 7200
  })
  for (const [ttlSeconds, spareSeconds, scope] of [
    [7200, 60, SEPA],
    [100, 20, 'psd2:payment:xborder:write'],
  ] as const) {
    bank.settings.accessTokenTtlSeconds = ttlSeconds
    const asked = countAsked()
    const { body: first } = await ask(fresh, scope)
    skip((ttlSeconds - spareSeconds - 5) * 1000)
    t.equal((await ask(fresh, scope)).body.access_token, first.access_token, 'not before')
    skip(10_000)
    const { body: next } = await ask(fresh, scope)
    t.not(next.access_token, first.access_token, `${spareSeconds} s before its end`)
    t.ok(Date.parse(next.expires_at) > Date.parse(first.expires_at))
    t.equal(asked.struck, 2)
    bank.faults.clear()
  }
})

t.test('who may not have tokens has none', async (t) => {
  const asked = countAsked()
  for (const as of ['reader', 'ops'] as const) {
    const answer = await call(broker, 'POST /v1/client-tokens', { as, body: { scope: SEPA } })
    t.match(answer, { status: 403, body: { code: 'forbidden' } }, as)
  }
  t.equal(asked.struck, 0)
})

/** Every row of every table, as text. */
async function dumpTables(): Promise<string> {
  const tables = await sql("select tablename as name from pg_tables where schemaname = 'public'")
  const dumps = tables.map(({ name }) => sql(`select to_jsonb(x)::text as row from ${name} x`))
  return (await Promise.all(dumps)).flatMap((rows) => rows.map(({ row }) => row)).join('\n')
}
