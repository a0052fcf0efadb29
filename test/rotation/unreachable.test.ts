import t from 'tap'
import { systemClock } from '../../src/clock.ts'
import { getToken } from '../support/consents.ts'
import { createRig } from './fixtures.ts'

t.test('a bank that refuses connections costs no presentation', async (t) => {
  const rig = await createRig(t, { env: { TOKEN_CACHE: 'off' } })
  const { bank, bankUrl, broker, consent, endToken, makeDue, untilRow } = rig
  const [live, dead] = await Promise.all([consent(), consent()])
  await bank.close()
  await Promise.all([makeDue(live.id), endToken(dead.id)])

  const { status, headers, body } = await getToken(broker, dead.id)
  t.match({ status, body }, { status: 503, body: { code: 'bank_unavailable' } })
  t.ok(Number(headers.get('retry-after')) >= 1)
  t.match(await untilRow('the failure', live.id, ({ last_error }) => last_error), {
    last_error: 'connect_refused',
    presentations: 0,
    attempt_id: null,
    version: 2,
  })
  const handOut = await getToken(broker, live.id, { min_validity: 7_000 })
  t.match(handOut, { status: 200, body: { refresh_state: 'delayed' } })

  await bank.listen({ port: Number(new URL(bankUrl).port) })
  await untilRow('the bank to be found again', live.id, ({ version }) => version === 3)
  t.same(bank.ledger.presentedMoreThan(1), [])
})

t.test('the back-off grows with each failure, to a minute', async (t) => {
  const clock = { ...systemClock, chance: () => 1 }
  const { bank, broker, consent, endToken, sql, row } = await createRig(t, { clock })
  const { id } = await consent()
  await bank.close()
  await endToken(id)
  const waits: number[] = []
  for (const failures of [0, 1, 4, 9, 10_000]) {
    await sql(`update consent_tokens set consecutive_failures = $1, retry_at = null`, [failures])
    t.equal((await getToken(broker, id)).status, 503)
    waits.push(Math.ceil(Number((await row(id)).retry_in)))
  }
  t.same(waits, [1, 2, 16, 60, 60])
  t.equal((await row(id)).consecutive_failures, 10_001)
})
