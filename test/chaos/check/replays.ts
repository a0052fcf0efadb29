import type { Presentation } from '../../../src/practice-bank/index.ts'
import type { World } from '../support/world.ts'
import type { Finding } from './answers.ts'
import { type Chain, isAsSent, wasAnswered } from './chains.ts'
import { diedWithIt } from './holders.ts'

/** Between a claim, from which an access token's life is counted, and its presentation; and clocks' grain. */
const CLAIM_LAG_MS = 1_500

/**
 * Second presentations that DESIGN 4.3 forbids: of a claim whose holder died, before the access token has ended;
 * of an exchange that somebody saw end, at a bank that has answered nobody since.
 */
export function replaysTooEarly(world: World, chains: readonly Chain[]): Finding[] {
  const answers = world.bank.ledger
    .presentations()
    .filter(showsHealth)
    .map(endOf)
    .sort((a, b) => a - b)
  return chains.flatMap((chain) =>
    [...chain.spends.values()].flatMap(([first, second]) => {
      if (first === undefined || second === undefined) return []
      const early = diedWithIt(world, first)
        ? second.presentedAt < accessEnd(world, chain, first)
        : !answers.some((at) => at >= endOf(first) - 5 && at <= second.presentedAt + 5)
      return early ? [{ chain, presentation: second }] : []
    }),
  )
}

/** At the earliest; an imported token has no access token beside it. */
function accessEnd({ ttlMs }: World, { presentations }: Chain, { refreshToken }: Presentation): number {
  const issuing = presentations.find(({ issued }) => issued?.refreshToken === refreshToken)
  return issuing === undefined ? 0 : issuing.presentedAt + ttlMs - CLAIM_LAG_MS
}

function showsHealth(one: Presentation): boolean {
  return wasAnswered(one) || (one.outcome === 'refused' && one.status === 400 && isAsSent(one))
}

function endOf({ endedAt }: Presentation): number {
  return endedAt ?? Number.POSITIVE_INFINITY
}
