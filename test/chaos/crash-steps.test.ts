import t, { type Test } from 'tap'
import { figure } from '../peers/row.ts'
import { playRound, type Round } from './crash/round.ts'
import { createStage, type Variant } from './crash/stage.ts'
import { STEPS, type Step } from './crash/steps.ts'

const ROUNDS = Number(process.env.CRASH_ROUNDS ?? (process.env.CHAOS === 'short' ? 2 : 20))
/** The first letters of the steps to play. */
const ONLY = process.env.CRASH_STEPS ?? ''
const AT_ONCE = 6
const VARIANTS: readonly Variant[] = ['replica', 'restart']

t.jobs = AT_ONCE
t.setTimeout(300_000 + ROUNDS * 120_000)

const table: string[] = []

for (const variant of VARIANTS) {
  for (const step of STEPS.filter((one) => isPlayed(one, variant))) {
    const name = `${step.name}, ${step.bank} bank, ${variant}`
    t.test(`SIGKILL: ${name}`, async (t) => {
      const rounds = await playRounds(t, step, variant)
      table.push(`${name}: ${toText(rounds)}`)
      if (step.name.startsWith('c ')) figure(t, `kill -9 in mid-refresh, ${name}`, toText(rounds))
      check(t, step, rounds)
      // A process that is only started again may be up too late for it.
      if (variant === 'replica') t.ok(sum(rounds.map(({ reads }) => reads)) > 0, 'live tokens were asked for')
    })
  }
}

/** Back too late takes another replica, which gives the token up meanwhile. */
function isPlayed({ name, late }: Step, variant: Variant): boolean {
  const wanted = ONLY === '' || ONLY.includes(name.charAt(0))
  return wanted && !(late && variant === 'restart')
}

t.teardown(() => {
  for (const line of table.toSorted()) t.comment(line)
})

async function playRounds(t: Test, step: Step, variant: Variant): Promise<Round[]> {
  const salvageWaitMs = step.spools && !step.late ? 40_000 : 300
  const gracePeriodMs = step.bank === 'grace' ? 60_000 : 0
  const { spools } = step
  const stage = await createStage(t, { variant, gracePeriodMs, salvageWaitMs, spools, rounds: ROUNDS })
  const rounds: Round[] = []
  let doomed = await stage.startDoomed()
  for (let tries = 0; rounds.length < ROUNDS; tries += 1) {
    if (tries > 2 * ROUNDS + 2) throw new Error('too few rotations came to the step')
    const played = await playRound(stage, doomed, { step, salvageWaitMs, round: rounds.length })
    if (played !== null) rounds.push(played)
    if (played !== null && rounds.length < ROUNDS) doomed = played.next ?? (await stage.startDoomed())
  }
  return rounds
}

function check(t: Test, step: Step, rounds: readonly Round[]): void {
  t.same(new Set(rounds.map(({ outcome }) => outcome)), new Set([step.outcome]), 'the outcome')
  t.same(new Set(rounds.map((one) => one.presentations)), new Set([step.presentations]), 'presentations')
  t.ok(Math.max(...rounds.map(({ overlap }) => overlap)) <= 1, 'never two in flight')
  const replays = rounds.flatMap(({ replayedAfterMs }) => replayedAfterMs ?? [])
  t.ok(
    replays.every((afterMs) => afterMs >= 0),
    'no replay before its time',
  )
  t.equal(sum(rounds.map(({ refused }) => refused)), 0, 'no live token was refused')
  if (step.outcome === 'lost') checkReasons(t, rounds)
}

/** Each loss is under a limit of DESIGN 4.8, by name. */
function checkReasons(t: Test, rounds: readonly Round[]): void {
  for (const { last } of rounds) {
    t.match(last, {
      type: 'consent.reauthorization_required',
      detail: { reason: 'rotation_lost', limit: 'holder_lost' },
    })
  }
}

function toText(rounds: readonly Round[]): string {
  const count = (wanted: Round['outcome']) => rounds.filter(({ outcome }) => outcome === wanted).length
  const most = Math.max(...rounds.map(({ presentations }) => presentations))
  const reads = `${sum(rounds.map((one) => one.reads))} live reads, ${sum(rounds.map((one) => one.refused))} refused`
  return `${rounds.length} rounds, ${count('recovered')} recovered, ${count('lost')} lost, ${most} presentations at most, ${reads}`
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
