import type { Presentation } from '../../../src/practice-bank/index.ts'
import type { World } from '../support/world.ts'
import { type Chain, isKnown, wasAnswered } from './chains.ts'
import { heldForMs, holderOf } from './holders.ts'

/** A presentation with its consent: what a finding is about. */
export interface Finding {
  readonly chain: Chain
  readonly presentation: Presentation
}

/** Answers that reached a broker which lived on, and of which nothing was seen since. */
export function answersLost(world: World, chains: readonly Chain[]): Finding[] {
  return findings(chains).filter(({ chain, presentation }) => {
    if (!wasAnswered(presentation) || holderOf(world, presentation) !== 'alive') return false
    return !isKnown(chain, presentation.issued?.refreshToken ?? '')
  })
}

/** Answers that died with a killed broker (L4): how long it had had each, in milliseconds. */
export function answersKilled(world: World, chains: readonly Chain[]): number[] {
  return findings(chains)
    .filter(({ presentation }) => wasAnswered(presentation) && holderOf(world, presentation) === 'killed')
    .filter(({ chain, presentation }) => !isKnown(chain, presentation.issued?.refreshToken ?? ''))
    .map(({ presentation }) => heldForMs(world, presentation))
}

/** Presentations of a token after its answer had reached a broker which lived on. */
export function needlessSpends(world: World, chains: readonly Chain[]): Finding[] {
  return findings(chains).filter(({ chain, presentation }) => {
    const spends = chain.spends.get(presentation.refreshToken) ?? []
    const earlier = spends.slice(0, spends.indexOf(presentation))
    return earlier.some((one) => wasAnswered(one) && holderOf(world, one) === 'alive')
  })
}

/** The first presentations beyond the second of each token. */
export function thirdSpends(chains: readonly Chain[]): Finding[] {
  return chains.flatMap((chain) =>
    [...chain.spends.values()].flatMap((spends) =>
      spends.slice(2, 3).map((presentation) => ({ chain, presentation })),
    ),
  )
}

export function overlaps(chains: readonly Chain[]): Finding[] {
  return findings(chains).filter(({ presentation }) => presentation.inFlight > 1)
}

function findings(chains: readonly Chain[]): Finding[] {
  return chains.flatMap((chain) => chain.presentations.map((presentation) => ({ chain, presentation })))
}
