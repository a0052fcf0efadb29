import type { Settled } from '../settle.ts'
import type { World } from '../support/world.ts'
import type { Finding } from './answers.ts'
import type { Audit } from './audit.ts'
import { historyOf } from './history.ts'
import type { Refusal } from './refused.ts'

/** One thing that must not happen, how often it did, and an example of it. */
export interface Invariant {
  readonly what: string
  readonly count: number
  readonly example: string | null
}

/** What must be 0 in every part of the campaign. */
export function invariantsOf(world: World, found: Audit, settled: Settled): Invariant[] {
  const losses = found.losses.filter(({ contradiction }) => contradiction !== null)
  const [refusal] = found.requests.liveRefused
  const crashed = world.replicas.flatMap(({ incarnations }) => incarnations.filter(hasCrashed))
  return [
    ofFindings(world, 'third presentations of a token', found.thirds),
    ofFindings(world, 'presentations of one token in flight together', found.overlaps),
    ofFindings(world, 'presentations again although the answer had been received', found.needless),
    ofFindings(world, 'second presentations sooner than DESIGN 4.3 allows', found.replaysTooEarly),
    ofFindings(world, 'answers received by a living broker and lost', found.answersLost),
    {
      what: 'consents lost without a limit of DESIGN 4.8, or under a wrong one',
      count: losses.length,
      example: losses[0] ? `${losses[0].contradiction}\n${historyOf(world, losses[0].chain)}` : null,
    },
    ofChains(world, 'consents given up whose token the bank takes for current', found.deadYetAlive),
    ofChains(world, 'consents in use whose token the bank does not take any more', found.activeYetSpent),
    ofChains(world, 'consents claimed or uncertain for ever', found.stuck),
    {
      what: 'requests for live tokens refused',
      count: found.requests.liveRefused.length,
      example: refusal ? describeRefusal(world, found, refusal) : null,
    },
    plain('tokens handed out after their end', found.requests.endedHandedOut.length),
    plain('answers left in a spool', found.spooled),
    plain('processes that ended by themselves, or badly', crashed.length, crashed[0]?.lastWords),
    plain('parts that did not come to rest', settled.unsettled === null ? 0 : 1, settled.unsettled ?? ''),
  ]
}

function describeRefusal(world: World, { chains }: Audit, { asked, livesUntil }: Refusal): string {
  const chain = chains.find(({ consent }) => consent.id === asked.consentId)
  const told = { ...asked, replica: asked.replica.name, askedAt: new Date(asked.askedAt) }
  const head = `${JSON.stringify(told)}, though one lived until ${new Date(livesUntil).toISOString()}`
  return chain === undefined ? head : `${head}\n${historyOf(world, chain)}`
}

function hasCrashed({
  endedAt,
  signal,
  exitCode,
}: World['replicas'][number]['incarnations'][number]): boolean {
  return endedAt !== null && (signal === null || (signal === 'SIGTERM' && exitCode !== 0))
}

function plain(what: string, count: number, example = ''): Invariant {
  return { what, count, example: count > 0 ? example : null }
}

function ofFindings(world: World, what: string, findings: readonly Finding[]): Invariant {
  const [first] = findings
  return { what, count: findings.length, example: first ? historyOf(world, first.chain) : null }
}

function ofChains(world: World, what: string, chains: readonly Finding['chain'][]): Invariant {
  const [first] = chains
  return { what, count: chains.length, example: first ? historyOf(world, first) : null }
}
