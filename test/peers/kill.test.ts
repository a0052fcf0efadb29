import t from 'tap'
import { playRound } from '../chaos/crash/round.ts'
import { createStage } from '../chaos/crash/stage.ts'
import { STEPS } from '../chaos/crash/steps.ts'
import { figure } from './row.ts'

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
