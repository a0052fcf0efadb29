import t from 'tap'
import { createWorld } from '../support/broker.ts'
import { importConsents } from '../support/consents.ts'
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
