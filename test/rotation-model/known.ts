import type { Setting } from './run.ts'
import type { Step } from './steps.ts'

type Sequence = [setting: Setting, steps: Step[]]

const TWO: Setting = {
  replicas: 2,
  consents: 2,
  reuse: 'refused',
  refreshReplay: 'prompt',
  probes: false,
  spools: true,
  oneGrant: false,
  order: [],
}

/** B holds a good answer; A goes on until the access token has ended, and all waits after it. */
const UNTIL_SALVAGED: Step[] = [
  ['answer', 0, 0],
  ['pass', 0, 5],
]

/** A parks the claim, learns from another consent that the bank is well, and may present the token again. */
const REPLAYED_BY_A: Step[] = [
  ['house', 0, 0],
  ['pass', 0, 0],
  ['refresh', 0, 0],
  ['answer', 0, 0],
  ['gate', 0, 0],
  ['refresh', 0, 0],
]

const PRESENTED_BY_B: Step[] = [
  ['gate', 0, 0],
  ['ask', 1, 0],
]

/** Rules that chance seldom tries: tried first in every search. */
export const KNOWN: Sequence[] = [
  // A late answer of a holder that froze, after the replay's own pair was rotated on (L1; a bank with a grace period).
  [
    { ...TWO, reuse: 'within_grace' },
    [
      ...PRESENTED_BY_B,
      ['freeze', 1, 0],
      ...UNTIL_SALVAGED,
      ...REPLAYED_BY_A,
      ['answer', 0, 0],
      ['ask', 0, 0],
      ['answer', 0, 0],
      ['mend', 1, 0],
      ['pass', 0, 0],
    ],
  ],
  // A customer's renewal that a rescue has overtaken.
  [
    TWO,
    [
      ['renew', 0, 0],
      ['rescue', 0, 0],
      ['answer', 0, 0],
    ],
  ],
  // The uncertain end of a call whose claim is another's by now.
  [
    TWO,
    [
      ...PRESENTED_BY_B,
      ['freeze', 1, 0],
      ['lose', 0, 0],
      ['pass', 0, 5],
      ...REPLAYED_BY_A,
      ['mend', 1, 0],
      ['pass', 0, 0],
    ],
  ],
]

/** The database was gone for all, and longer than every wait: nobody was cut off alone. */
export const OUTAGE: Sequence = [
  TWO,
  [...PRESENTED_BY_B, ['outage', 0, 0], ...UNTIL_SALVAGED, ['recover', 0, 0], ...REPLAYED_BY_A],
]
