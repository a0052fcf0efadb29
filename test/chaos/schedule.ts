import { createRandom, type Random } from './random.ts'
import { BANK_FAULT_NAMES } from './support/bank-faults.ts'

const DATABASE_FAULTS = [
  'postgres: fast',
  'postgres: immediate',
  'postgres: kill -9',
  'database: connections cut',
  'database: acknowledgements lost',
  'database: one replica half-open',
] as const
const BROKER_FAULTS = ['broker: SIGKILL', 'broker: SIGTERM'] as const

export type FaultName =
  | (typeof BANK_FAULT_NAMES)[number]
  | (typeof DATABASE_FAULTS)[number]
  | (typeof BROKER_FAULTS)[number]

/** One fault: what, when since the start, for how long, and whom it strikes. */
export interface PlannedFault {
  readonly lane: 'bank' | 'database' | 'broker'
  readonly what: FaultName
  readonly atMs: number
  readonly forMs: number
  /** Of the bank's answers, 0 to 1. */
  readonly share: number
  /** Which replica, where one is struck. */
  readonly replica: number
}

interface Lane {
  readonly lane: PlannedFault['lane']
  readonly faults: readonly FaultName[]
  /** Least and most of how long a fault lasts, and of the pause behind it. */
  readonly lastsMs: readonly [number, number]
  readonly pauseMs: readonly [number, number]
}

const LANES: readonly Lane[] = [
  { lane: 'bank', faults: BANK_FAULT_NAMES, lastsMs: [1_500, 4_000], pauseMs: [2_500, 7_000] },
  { lane: 'database', faults: DATABASE_FAULTS, lastsMs: [500, 3_500], pauseMs: [5_000, 12_000] },
  { lane: 'broker', faults: BROKER_FAULTS, lastsMs: [100, 3_000], pauseMs: [3_000, 9_000] },
]

/** Plans faults side by side in three lanes; each comes once before any comes again. */
export function planFaults(seed: number, durationMs: number, pace: number): PlannedFault[] {
  const planned = LANES.flatMap((lane) =>
    planLane(lane, { random: createRandom(seed, lane.lane), durationMs, pace }),
  )
  return planned.sort((a, b) => a.atMs - b.atMs)
}

interface Plan {
  readonly random: Random
  readonly durationMs: number
  readonly pace: number
}

function planLane(
  { lane, faults, lastsMs, pauseMs }: Lane,
  { random, durationMs, pace }: Plan,
): PlannedFault[] {
  const planned: PlannedFault[] = []
  let round: FaultName[] = []
  for (let atMs = random.between(0, 2_000 * pace); ; ) {
    if (round.length === 0) round = random.shuffled(faults)
    const what = round.pop() ?? random.pick(faults)
    const forMs = Math.round(random.between(...lastsMs) * pace)
    if (atMs + forMs > durationMs) return planned
    const replica = Math.floor(random.next() * 3)
    planned.push({ lane, what, atMs: Math.round(atMs), forMs, share: 0.2 + 0.8 * random.next(), replica })
    atMs += forMs + random.between(...pauseMs) * pace
  }
}

/** One line a fault, as a person reads it. */
export function describeFault({ atMs, forMs, what, share, replica, lane }: PlannedFault): string {
  const whom = lane === 'bank' ? `${Math.round(share * 100)} % of the answers` : `replica-${replica + 1}`
  const at = (atMs / 1_000).toFixed(1).padStart(6)
  const isEverybodys = what.startsWith('postgres') || what === 'database: connections cut'
  return `${at} s  ${what}${isEverybodys ? '' : `, ${whom}`}, for ${(forMs / 1_000).toFixed(1)} s`
}
