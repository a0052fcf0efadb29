import type { Presentation } from '../../../src/practice-bank/index.ts'
import type { World } from '../support/world.ts'
import { type Chain, isAsSent, wasAnswered } from './chains.ts'
import { diedWithIt, holderOf } from './holders.ts'

/** Why a rotation was lost, by the names of `detail.limit` in its event (DESIGN 4.8). */
export type Limit =
  | 'answer_lost'
  | 'holder_lost'
  | 'two_holders_lost'
  | 'unanswered_twice'
  | 'commit_forgotten'

export interface Loss {
  readonly chain: Chain
  /** As the brokers say. */
  readonly said: string
  /** What the harness did to this token: answers the bank kept to itself, holders it lost. */
  readonly unanswered: number
  readonly holdersLost: number
  /** Null where what was said fits what was done. */
  readonly contradiction: string | null
}

const DEAD = new Set(['reauthorization_required', 'failed'])

/** Whether the brokers gave a consent up. */
export function isDead({ row }: Chain): boolean {
  return DEAD.has(row.status)
}

/** Explains every consent that the brokers gave up. */
export function explainLosses(world: World, chains: readonly Chain[], forgiven: readonly Limit[]): Loss[] {
  return chains.filter(isDead).map((chain) => explain(world, chain, forgiven))
}

function explain(world: World, chain: Chain, forgiven: readonly Limit[]): Loss {
  const spends = chain.spends.get(chain.row.refreshToken) ?? []
  const holders = spends.map((spend) => ({ spend, holder: holderOf(world, spend) }))
  const seenKilled = holders.filter(({ holder }) => holder === 'killed').length
  const holdersLost = seenKilled + unseenHolders(world, chain, spends.length - seenKilled)
  const unanswered = holders.filter(
    ({ spend, holder }) => holder === 'gave up' || (!gotThrough(spend) && !diedWithIt(world, spend)),
  ).length
  const said = limitOf(chain)
  const loss = { chain, said, unanswered, holdersLost }
  return { ...loss, contradiction: contradictionOf(loss, forgiven) }
}

/** Claims whose holder was killed before it presented anything: the bank saw nothing of them. */
function unseenHolders({ replicas }: World, chain: Chain, spendsOfTheLiving: number): number {
  const told = tellingEvent(chain)
  const [from, to] = [
    chain.presentations.findLast(wasAnswered)?.presentedAt ?? 0,
    told?.occurredAt.getTime() ?? 0,
  ]
  const kills = replicas
    .flatMap(({ incarnations }) => incarnations)
    .filter(
      ({ signal, signalledAt }) =>
        signal === 'SIGKILL' && signalledAt !== null && signalledAt > from && signalledAt < to,
    )
  const presented = Number(told?.detail.presentations ?? chain.row.presentations)
  return Math.min(kills.length, Math.max(0, presented - spendsOfTheLiving))
}

/** A pair, or the bank's word that it takes the token no more. */
function gotThrough(spend: Presentation): boolean {
  const wasRefused = spend.outcome === 'refused' && spend.status === 400
  return wasAnswered(spend) || (wasRefused && isAsSent(spend))
}

function tellingEvent({ row }: Chain): Chain['row']['events'][number] | undefined {
  return row.events.findLast(({ detail }) => detail.reason === 'rotation_lost')
}

function limitOf(chain: Chain): string {
  const { row } = chain
  const told = tellingEvent(chain)
  if (row.statusReason !== 'rotation_lost') return row.statusReason ?? 'no reason'
  return typeof told?.detail.limit === 'string' ? told.detail.limit : 'not named'
}

type Facts = Pick<Loss, 'said' | 'unanswered' | 'holdersLost'>

const FITS: Readonly<Record<string, (facts: Facts) => boolean>> = {
  answer_lost: ({ unanswered }) => unanswered >= 1,
  holder_lost: ({ holdersLost }) => holdersLost >= 1,
  two_holders_lost: ({ holdersLost }) => holdersLost >= 2,
  unanswered_twice: ({ unanswered, holdersLost }) => unanswered + holdersLost >= 2,
}

function contradictionOf(facts: Facts, forgiven: readonly Limit[]): string | null {
  const { said, unanswered, holdersLost } = facts
  if (forgiven.some((limit) => limit === said)) return null
  if (unanswered + holdersLost === 0) return 'neither was an answer kept back nor a holder killed'
  const fits = FITS[said]
  if (fits === undefined) return 'the event names no limit of DESIGN 4.8'
  return fits(facts) ? null : `said ${said}, yet ${unanswered} unanswered and ${holdersLost} holders lost`
}
