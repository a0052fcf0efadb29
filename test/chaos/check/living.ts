import type { Asked } from '../support/callers.ts'
import { touches, type Window } from '../support/windows.ts'
import type { World } from '../support/world.ts'
import { type Chain, isKnown, wasAnswered } from './chains.ts'
import { holderOf } from './holders.ts'

/** A token counts as known to who received it this long after its answer got through. */
export const KNOWN_AFTER_MS = 1_500
/** Between a claim, from which an access token's life is counted, and its presentation. */
const CLAIM_LAG_MS = 1_500
/** What an outage does goes on until brokers have connected again. */
const OUTAGE_EFFECT_MS = 2_500
/** Connections that nobody closed are given up after the statements' deadline. */
const HALF_OPEN_EFFECT_MS = 12_000

/** A token that the brokers received and kept. */
interface Living {
  readonly accessToken: string
  readonly receivedBy: string | null
  readonly receivedAt: number
  readonly livesUntil: number
}

/** Tells until when a token lived that the replica asked knew, or 0. */
export type AliveUntil = (asked: Asked) => number

export function outagesOf({ database, disturbances }: World): Window[] {
  return [...database.outages.list(), ...disturbances.list()].sort((a, b) => a.from - b.from)
}

export function effectMs({ what }: Window): number {
  return what.includes('half-open') ? HALF_OPEN_EFFECT_MS : OUTAGE_EFFECT_MS
}

export function createAliveUntil(world: World, chains: readonly Chain[], all: readonly Asked[]): AliveUntil {
  const outages = outagesOf(world)
  const tokens = new Map(chains.map((chain) => [chain.consent.id, livingTokens(world, chain)]))
  const handedOut = firstHandOuts(all)

  /** Before it is saved only who received it knows a token. */
  function isKnownTo({ replica, askedAt }: Asked, token: Living): boolean {
    if (token.receivedAt + KNOWN_AFTER_MS > askedAt) return false
    if (token.receivedBy === replica.name && livesSince(replica, token.receivedAt, askedAt)) return true
    if (handedOut(token, askedAt)) return true
    const span = [token.receivedAt - KNOWN_AFTER_MS, askedAt] as const
    return !outages.some((outage) => touches(outage, span, effectMs(outage)))
  }

  return (asked) => {
    const ends = (tokens.get(asked.consentId) ?? [])
      .filter((token) => token.livesUntil > asked.answeredAt && isKnownTo(asked, token))
      .map(({ livesUntil }) => livesUntil)
    return Math.max(0, ...ends)
  }
}

/** With the grant its access tokens have ended as well. */
function livingTokens(world: World, chain: Chain): Living[] {
  if (!chain.livesAtBank) return []
  return chain.presentations
    .filter((one) => wasAnswered(one) && holderOf(world, one) === 'alive')
    .filter(({ issued }) => isKnown(chain, issued?.refreshToken ?? ''))
    .map(({ issued, from, endedAt, presentedAt }) => ({
      accessToken: issued?.accessToken ?? '',
      receivedBy: from,
      receivedAt: endedAt ?? Number.POSITIVE_INFINITY,
      livesUntil: presentedAt + world.ttlMs - CLAIM_LAG_MS,
    }))
}

function livesSince({ incarnations }: Asked['replica'], since: number, until: number): boolean {
  return (incarnations.findLast(({ startedAt }) => startedAt <= until)?.startedAt ?? until) <= since
}

/** One that another replica handed out has been saved by then. */
function firstHandOuts(all: readonly Asked[]) {
  const byToken = Map.groupBy(
    all.filter(({ status }) => status === 200),
    ({ accessToken }) => accessToken,
  )
  return ({ accessToken, receivedBy }: Living, before: number) =>
    (byToken.get(accessToken) ?? []).some(
      ({ replica, answeredAt }) => replica.name !== receivedBy && answeredAt <= before,
    )
}
