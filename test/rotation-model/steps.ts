import fc from 'fast-check'
import type { Setting } from './run.ts'

/** What may happen next; `a` says to whom or which, `b` how. */
export type Step = readonly [name: StepName, a: number, b: number]

export type StepName = keyof typeof WEIGHTS

const WEIGHTS = {
  /** The refresher's look for what is due. */
  refresh: 10,
  ask: 6,
  house: 3,
  /** The refresher's look after the gate, with a canary where it is time. */
  gate: 4,
  /** Time passes. */
  pass: 8,
  /** The bank deals with a call, and its answer is on the way. */
  process: 5,
  answer: 8,
  /** The call ends without an answer. */
  lose: 5,
  /** The bank did nothing with it, and says so. */
  deny: 3,
  crash: 3,
  start: 3,
  cut: 2,
  freeze: 2,
  mend: 4,
  /** The database is gone for all, and there again. */
  outage: 1,
  recover: 1,
  /** The next write loses its statement, or the acknowledgement of its commit. */
  loseWrite: 3,
  /** A process calls the bank with another certificate, to which tokens are bound. */
  certificate: 1,
  renew: 4,
  rescue: 1,
  revoke: 1,
  /** The customer ends it at the bank. */
  withdraw: 1,
} as const

const names = fc.oneof(
  ...Object.entries(WEIGHTS).map(([name, weight]) => ({
    weight,
    arbitrary: fc.constant(name as StepName),
  })),
)

export const steps: fc.Arbitrary<Step[]> = fc.array(fc.tuple(names, fc.nat({ max: 5 }), fc.nat({ max: 5 })), {
  minLength: 4,
  maxLength: 30,
  size: 'max',
})

export const settings: fc.Arbitrary<Setting> = fc.record({
  replicas: fc.constantFrom(2, 3),
  consents: fc.constantFrom(1, 2, 3),
  reuse: fc.constantFrom('refused' as const, 'within_grace' as const, 'ends_grant' as const),
  refreshReplay: fc.constantFrom('prompt' as const, 'last_chance' as const),
  probes: fc.boolean(),
  spools: fc.boolean(),
  oneGrant: fc.boolean(),
  order: fc.array(fc.nat({ max: 5 }), { maxLength: 5 }),
})

/** How long a step may last: short of a caller's wait, of a lease, of an access token, and beyond. */
export const LENGTHS_MS = [1_000, 6_000, 45_000, 160_000, 470_000, 620_000] as const
