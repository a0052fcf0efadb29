import type { Audit } from './check/audit.ts'
import type { Invariant } from './check/invariants.ts'
import type { PartResult } from './parts.ts'

type Line = readonly [what: string, figure: number | string, reach: string]

/** Prints what one part came to. */
export function printPart({ name, audit, invariants, settled, expectations, seconds }: PartResult): void {
  const lines: Line[] = [
    ...countsOf(audit),
    ...lossesOf(audit),
    ...invariants.map(({ what, count }): Line => [what, count, 'must be 0']),
    ...expectations.map(
      ({ what, figure, holds, reach }): Line => [what, figure, `${reach}${holds ? '' : ' (NOT MET)'}`],
    ),
    ['refusal brakes that a person took off', settled.brakesTakenOff, ''],
    ['came to rest after', `${Math.round(settled.tookMs / 100) / 10} s`, ''],
  ]
  console.log(`\n${name} (${Math.round(seconds)} s)`)
  const width = Math.max(...lines.map(([what]) => what.length))
  for (const [what, figure, reach] of lines)
    console.log(`  ${what.padEnd(width)}  ${String(figure).padStart(8)}  ${reach}`.trimEnd())
}

/** Prints an example of each thing that must not have happened. */
export function printExamples(invariants: readonly Invariant[]): void {
  for (const { what, count, example } of invariants)
    if (count > 0) console.log(`\nFAILED: ${what}: ${count}${example ? `\n${example}` : ''}`)
}

function countsOf(audit: Audit): Line[] {
  const { chains, rotations, spends, replays, replaysThatSaved, requests, gateClosings } = audit
  return [
    ['consents', chains.length, ''],
    ['rotations', rotations, ''],
    ['spends (presentations at the bank)', spends, ''],
    ['replays (second presentations)', replays, ''],
    ['replays that saved a consent', replaysThatSaved, ''],
    ...gateClosings.map(({ reason, times }): Line => [`gate closed: ${reason}`, times, '']),
    ['requests for tokens', requests.total, ''],
    ['  answered 200', requests.answered, ''],
    ['  replica down, starting or draining', requests.replicaAway, 'allowed'],
    ['  no living token', requests.nothingAlive, 'allowed'],
    ['  database away, nothing in memory', requests.storageAway, 'allowed (DESIGN 5)'],
  ]
}

function lossesOf({ losses, answersKilledMs }: Audit): Line[] {
  const byLimit = Map.groupBy(losses, ({ said }) => said)
  const named = [...byLimit].map(
    ([limit, those]): Line => [`  ${limit}`, those.length, limit === 'refused_by_bank' ? '' : 'DESIGN 4.8'],
  )
  const longest = `${Math.max(0, ...answersKilledMs)} ms`
  return [
    ['consents lost', losses.length, ''],
    ...named,
    ['answers that died with a killed broker', answersKilledMs.length, 'L4'],
    ['  the longest it had had one', longest, ''],
  ]
}
