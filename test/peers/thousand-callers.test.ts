import t from 'tap'
import { playRound } from '../chaos/crash/round.ts'
import { createStage } from '../chaos/crash/stage.ts'
import { STEPS } from '../chaos/crash/steps.ts'
import { createWorld, KEYS, type TestBroker } from '../support/broker.ts'
import { importActive } from '../support/consents.ts'
import { connectSql } from '../support/sql.ts'
import { figure } from './row.ts'

const CALLERS = 1_000
const BANK_MS = 50

for (const brokerCount of [1, 2]) {
  t.test(
    `a thousand callers of one stale consent on ${brokerCount} brokers: one call at the bank`,
    async (t) => {
      const { bank, databaseUrl, startBroker } = await createWorld(t, { bank: { latencyMs: BANK_MS } })
      const brokers = [await startBroker()]
      if (brokerCount === 2) brokers.push(await startBroker({ PUBLIC_PORT: '0' }))
      const { id, grant } = await importActive(brokers[0]!, bank)
      // The token is over, and its turn in the background is far away.
      const sql = connectSql(t, databaseUrl)
      await sql(`update consent_tokens set access_expires_at = now(), due_at = now() + interval '1 hour'`)
      bank.ledger.clear()

      const { answers, p99Ms } = await callAll(brokers, id)
      figure(
        t,
        `${CALLERS} callers on one expired consent, bank ${BANK_MS} ms, ${brokerCount} brokers`,
        `${bank.ledger.count()} spend, p99 ${p99Ms} ms`,
      )
      t.same(new Set(answers.map(({ status }) => status)), new Set([200]))
      t.equal(bank.ledger.count(), 1)
      const tokens = new Set(answers.map(({ body }) => body.access_token))
      t.equal(tokens.size, 1, 'all are given the same token')
      t.notOk(tokens.has(grant.access_token))
      t.same(new Set(answers.map(({ body }) => body.refresh_state)), new Set(['ok']))
    },
  )
}

async function callAll(brokers: readonly TestBroker[], id: string) {
  const headers = { authorization: `Bearer ${KEYS.ledger}` }
  const callOne = async (_: unknown, index: number) => {
    const begun = performance.now()
    const url = new URL(`/v1/consents/${id}/token`, brokers[index % brokers.length]!.internalUrl)
    const response = await fetch(url, { method: 'POST', headers })
    const body = (await response.json()) as { access_token: string; refresh_state: string }
    return { status: response.status, body, tookMs: performance.now() - begun }
  }
  const answers = await Promise.all(Array.from({ length: CALLERS }, callOne))
  const sorted = answers.map(({ tookMs }) => tookMs).sort((a, b) => a - b)
  return { answers, p99Ms: Math.round(sorted[Math.floor(CALLERS * 0.99)]!) }
}

const SALVAGE_WAIT_MS = 300

/** Every other step, and a strict bank, in test/chaos/crash-steps.test.ts. */
t.test('kill -9 in mid-refresh: no blind replay, live tokens served', async (t) => {
  const step = STEPS.find(({ name, bank }) => name.startsWith('c ') && bank === 'grace')
  if (step === undefined) throw new Error('the step is gone')
  const stage = await createStage(t, {
    variant: 'replica',
    gracePeriodMs: 60_000,
    salvageWaitMs: SALVAGE_WAIT_MS,
    spools: false,
    rounds: 1,
  })
  const options = { step, round: 0, salvageWaitMs: SALVAGE_WAIT_MS }
  const doomed = await stage.startDoomed()
  const round = (await playRound(stage, doomed, options)) ?? (await playRound(stage, doomed, options))
  if (round === null) throw new Error('the process did not come to call the bank')
  const { outcome, reads, refused, presentations, replayedAfterMs } = round
  figure(
    t,
    'kill -9 in mid-refresh',
    `${outcome}, ${presentations} presentations, ${reads} live reads, ${refused} refused`,
  )
  t.match({ outcome, presentations, refused }, { outcome: 'recovered', presentations: 2, refused: 0 })
  t.ok(replayedAfterMs !== null && replayedAfterMs >= 0, 'not before lease, wait and token were over')
  t.ok(reads > 0)
})
