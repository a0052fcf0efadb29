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

const PRESENTED_BY_B: Step[] = [
  ['gate', 0, 0],
  ['ask', 1, 0],
]

/** Until the access token has ended, and every wait after it. */
const UNTIL_SALVAGED: Step = ['pass', 0, 5]
const SALVAGE_WAIT: Step = ['pass', 0, 3]

const LOOKED_AT_BY_A: Step[] = [
  ['house', 0, 0],
  ['pass', 0, 0],
  ['refresh', 0, 0],
  ['answer', 0, 0],
  ['gate', 0, 0],
  ['refresh', 0, 0],
]

/** A sees that nobody settles the claim, parks it, learns of another consent that the bank is well, and replays. */
const REPLAYED_BY_A: Step[] = [['house', 0, 0], SALVAGE_WAIT, ...LOOKED_AT_BY_A]

/** B freezes, what it waits for comes about, and A takes its place. */
function overtaken(end: Step): Step[] {
  return [...PRESENTED_BY_B, ['freeze', 1, 0], end, UNTIL_SALVAGED, ...REPLAYED_BY_A]
}

const THAWED: Step[] = [
  ['mend', 1, 0],
  ['pass', 0, 0],
]

const UNANSWERED: Step[] = [
  ['gate', 0, 0],
  ...[0, 1, 2].flatMap((consent): Step[] => [
    ['ask', 0, consent],
    ['lose', 0, 0],
  ]),
]

/** What chance seldom tries: tried first in every search. */
export const KNOWN: Sequence[] = [
  // A bank with a grace period: the late answer comes when the replay's own pair has been rotated on.
  [
    { ...TWO, reuse: 'within_grace' },
    [...overtaken(['answer', 0, 0]), ['answer', 0, 0], ['ask', 0, 0], ['answer', 0, 0], ...THAWED],
  ],
  // A strict bank: the replay is refused, and the late answer turns the verdict back.
  [TWO, [...overtaken(['answer', 0, 0]), ['answer', 0, 0], ...THAWED]],
  // A late end without an answer, while the replay is in flight.
  [TWO, [...overtaken(['lose', 0, 0]), ...THAWED]],
  // A first presentation that never was one leaves the replay's token another.
  [TWO, [...overtaken(['deny', 0, 0]), ['lose', 0, 0], ...THAWED]],
  // A holder that freezes between its claim and the call, and is thawed when the token is another's to present.
  [
    TWO,
    [
      ['gate', 0, 0],
      ['freeze', 1, 1],
      ['refresh', 1, 0],
      UNTIL_SALVAGED,
      ...REPLAYED_BY_A,
      ['mend', 1, 0],
      ['pass', 0, 0],
    ],
  ],
  // A holder that died as its access token ended: its claim is left alone while its lease lasts, and SALVAGE_WAIT.
  [
    TWO,
    [
      ['house', 0, 0],
      ['pass', 0, 4],
      ['pass', 0, 2],
      ['pass', 0, 2],
      ...PRESENTED_BY_B,
      ['crash', 1, 1],
      ['pass', 0, 2],
      ...LOOKED_AT_BY_A,
    ],
  ],
  // A holder that died: its claim is left alone while the access token lives.
  [TWO, [...PRESENTED_BY_B, ['crash', 1, 1], ...REPLAYED_BY_A]],
  // A replay that never was one, given back by a commit that nobody acknowledged.
  [
    TWO,
    [
      ...PRESENTED_BY_B,
      ['lose', 0, 0],
      ['pass', 0, 2],
      ...REPLAYED_BY_A,
      ['loseWrite', 0, 0],
      ['deny', 0, 0],
      ['pass', 0, 0],
    ],
  ],
  // Three consents close the gate: one canary at a time, whoever looks after it.
  [
    { ...TWO, consents: 3 },
    [
      ...UNANSWERED,
      ['pass', 0, 1],
      ['gate', 0, 0],
      ['gate', 1, 0],
      ['lose', 0, 0],
      ['pass', 0, 2],
      ['gate', 1, 0],
    ],
  ],
  // Another replica looks for work while a call is in flight.
  [
    TWO,
    [...PRESENTED_BY_B, ['ask', 0, 1], ['answer', 1, 0], ['gate', 0, 0], ['pass', 0, 0], ['refresh', 0, 0]],
  ],
  // The answer of a chain that a renewal has replaced meanwhile.
  [TWO, [...PRESENTED_BY_B, ['renew', 0, 0], ['answer', 1, 0], ['answer', 0, 0], ['ask', 0, 4]]],
  // A renewal of a chain that has been rotated, and one that a rescue has overtaken.
  [
    TWO,
    [
      ['ask', 0, 0],
      ['answer', 0, 0],
      ['renew', 0, 0],
      ['answer', 0, 0],
    ],
  ],
  [
    TWO,
    [
      ['renew', 0, 0],
      ['rescue', 0, 0],
      ['answer', 0, 0],
    ],
  ],
  // The database was gone for all, and longer than every wait: whoever holds an answer saves it first.
  [
    TWO,
    [
      ...PRESENTED_BY_B,
      ['outage', 0, 0],
      ['answer', 0, 0],
      UNTIL_SALVAGED,
      ['recover', 0, 0],
      ...REPLAYED_BY_A,
    ],
  ],
  // A process that dies with an answer in its spool, and is started again.
  [TWO, [...PRESENTED_BY_B, ['outage', 0, 0], ['answer', 0, 0], ['pass', 0, 1], ['crash', 1, 1]]],
]
