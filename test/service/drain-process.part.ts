import { connect } from 'node:net'
import { call } from '../support/api.ts'
import { createWorld } from '../support/broker.ts'
import { getToken, importConsents } from '../support/consents.ts'
import { createGate } from '../support/gate.ts'
import { startMain } from '../support/main-process.ts'
import { t } from '../support/parts.ts'
import { connectSql } from '../support/sql.ts'
import { waitFor } from '../support/wait-for.ts'

const IN_FLIGHT = 200
/** More than are held: by the time they are due, that many calls have gone well. */
const CONSENTS = 220

t.test('SIGTERM with two hundred rotations in flight settles all of them', async (t) => {
  const { bank, databaseUrl, env } = await createWorld(t, {
    env: { BANK_MAX_CONCURRENCY: String(IN_FLIGHT) },
  })
  const sql = connectSql(t, databaseUrl)
  const main = startMain(t, env)
  const broker = await main.untilReady()
  const consents = await importConsents(broker, bank, CONSENTS)
  await waitFor(
    'the first rotations',
    async () => {
      const [{ left }] = await sql('select count(*)::int as left from consent_tokens where version = 1')
      return left === 0
    },
    30_000,
  )
  const living = consents[IN_FLIGHT]?.id ?? ''
  const { body: known } = await getToken(broker, living)

  bank.ledger.clear()
  const gate = createGate()
  const action = { kind: 'wait', until: gate.opened } as const
  bank.faults.add({ endpoint: 'token', when: 'after', times: null, action })
  const due = consents.slice(0, IN_FLIGHT).map(({ id }) => id)
  await sql('update consent_tokens set due_at = now() where consent_id = any($1)', [due])
  await waitFor('all of them in flight', () => bank.ledger.count() === IN_FLIGHT, 30_000)
  // These would be next, as soon as a slot is free.
  await sql('update consent_tokens set due_at = now() where consent_id <> all($1)', [due])
  main.child.kill('SIGTERM')

  const unready = await waitFor('readiness to fail', async () => {
    const answer = await call(broker, 'GET /readyz')
    return answer.status === 503 ? answer : null
  })
  t.same(unready.body, { status: 'unready', reason: 'draining' })
  t.match(
    await getToken(broker, living, { min_validity: 0 }),
    { status: 200, body: { access_token: known.access_token } },
    'both listeners still serve when readiness fails',
  )
  t.equal((await fetch(`${broker.publicUrl}/start/unknown`)).status, 404)
  await waitFor('the listeners to close', async () => {
    const open = await Promise.all([broker.internalUrl, broker.publicUrl].map(isOpen))
    return !open.includes(true)
  })

  gate.open()
  t.equal(await main.ended, 0)
  t.equal(bank.ledger.count(), IN_FLIGHT, 'no rotation was begun since the signal')
  const rows = await sql(
    `select 1 from consent_tokens where consent_id = any($1) and version = 3 and presentations = 0
      and attempt_id is null`,
    [due],
  )
  t.equal(rows.length, IN_FLIGHT, 'every row has the new pair')
  t.equal(bank.ledger.totals().rotated, IN_FLIGHT)
  t.same(bank.ledger.presentedMoreThan(1), [])
  const stored = await sql('select 1 from consent_tokens where attempt_id is not null or presentations > 0')
  t.same(stored, [], 'no claim is left behind')
})

function isOpen(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}
