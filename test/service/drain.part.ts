import { createRig } from '../rotation/fixtures.ts'
import { createWorld } from '../support/broker.ts'
import { getToken, importConsents } from '../support/consents.ts'
import { t } from '../support/parts.ts'
import { connectSql } from '../support/sql.ts'
import { waitFor } from '../support/wait-for.ts'

const IN_FLIGHT = 50

t.test('a stop with fifty rotations in flight settles all of them', async (t) => {
  const { bank, databaseUrl, startBroker } = await createWorld(t, {
    env: { BANK_MAX_CONCURRENCY: String(IN_FLIGHT) },
  })
  const sql = connectSql(t, databaseUrl)
  const broker = await startBroker()
  await importConsents(broker, bank, IN_FLIGHT + 10)
  await waitFor('the first rotations', () => bank.ledger.totals().rotated === IN_FLIGHT + 10)
  await waitFor('their settlement', async () => {
    const [{ left }] = await sql('select count(*)::int as left from consent_tokens where version = 1')
    return left === 0
  })

  bank.ledger.clear()
  bank.settings.latencyMs = 1_000
  await sql('update consent_tokens set due_at = now()')
  await waitFor('fifty in flight', () => bank.ledger.count() >= IN_FLIGHT)
  const begun = performance.now()
  await broker.stop()
  t.comment(`stopped in ${Math.round(performance.now() - begun)} ms`)

  const rows = await sql('select version, presentations, attempt_id from consent_tokens')
  t.equal(rows.filter(({ version }) => version === 3).length, bank.ledger.count())
  t.equal(bank.ledger.count(), IN_FLIGHT, 'nothing new was begun')
  t.same(new Set(rows.map((row) => row.attempt_id)), new Set([null]), 'no claim is left behind')
  t.same(new Set(rows.map((row) => row.presentations)), new Set([0]))
  t.same(bank.ledger.presentedMoreThan(1), [])
})

t.test('what callers left in the queue is not begun', async (t) => {
  const { bank, consent, endToken, sql, startBroker } = await createRig(t)
  const consents = await Promise.all(Array.from({ length: 6 }, consent))
  await Promise.all(consents.map(({ id }) => endToken(id)))
  const env = { PUBLIC_PORT: '0', REFRESHER: 'off', BANK_MAX_CONCURRENCY: '2', BANK_TIMEOUT: '300ms' }
  const broker = await startBroker(env)
  bank.ledger.clear()
  bank.settings.latencyMs = 1_000
  const answers = await Promise.all(consents.map(({ id }) => getToken(broker, id)))
  t.same(new Set(answers.map(({ status }) => status)), new Set([503]), 'nobody waits any more')
  const presented = bank.ledger.count()
  await broker.stop()
  t.equal(bank.ledger.count(), presented)
  t.same(await sql('select 1 from consent_tokens where attempt_id is not null or presentations > 0'), [])
  const settled = await sql('select 1 from consent_tokens where version = 3')
  t.equal(settled.length, presented, 'what was begun is settled')
})

t.test('while draining, callers get a live token or are put off at once', async (t) => {
  const { bank, broker, consent, endToken, makeDue, sql } = await createRig(t)
  const [live, ended] = [await consent(), await consent()]
  await sql(`update consent_tokens set access_expires_at = now() + interval '30 s'`)
  await endToken(ended.id)
  const { body: known } = await getToken(broker, live.id, { min_validity: 0 })
  bank.ledger.clear()
  broker.broker.stopRotating()
  const begun = performance.now()
  t.match(await getToken(broker, live.id, { min_validity: 60 }), {
    status: 200,
    body: { access_token: known.access_token },
  })
  const putOff = await getToken(broker, ended.id)
  t.match(putOff, { status: 503, body: { code: 'bank_unavailable' } })
  t.match(putOff.headers.get('retry-after'), /^[1-9]\d*$/)
  t.ok(performance.now() - begun < 5_000, 'nobody waits for BANK_TIMEOUT')
  await makeDue(ended.id)
  t.equal(await broker.broker.startDue(10), 0)
  t.equal(bank.ledger.count(), 0)
})
