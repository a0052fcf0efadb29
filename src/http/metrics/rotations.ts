import type { CanaryResult } from '../../core/gate-store.ts'
import type { Meter, RotationOutcome } from '../../core/ports.ts'
import type { HousekeepingResult } from '../../core/token-store.ts'
import { type Instruments, membersOf, NO_LABELS } from './instruments.ts'

const OUTCOMES = membersOf<RotationOutcome>({
  rotated: true,
  not_processed: true,
  refused: true,
  our_fault: true,
  uncertain: true,
})

/** Due tokens are looked for five times a second; a gate that is closed makes hours of it. */
const LATENESS_BUCKETS = [0.25, 0.5, 1, 5, 15, 60, 300, 900, 3_600, 7_200, 21_600]

export function rotationMetrics(
  instruments: Instruments,
): Pick<Meter, 'rotation' | 'rotatedLate' | 'canary' | 'housekept'> {
  const { counter, histogram } = instruments
  const rotations = counter({
    name: 'token_broker_rotations_total',
    help: 'Refresh tokens presented to the bank, by outcome.',
    labels: { outcome: OUTCOMES },
  })
  const replays = counter({
    name: 'token_broker_replays_total',
    help: 'Refresh tokens presented a second time because their answer was lost.',
    labels: NO_LABELS,
  })
  const replayOutcomes = counter({
    name: 'token_broker_replay_outcomes_total',
    help: 'Refresh tokens presented a second time, by outcome: one that is refused has lost its rotation.',
    labels: { outcome: OUTCOMES },
  })
  const lateness = histogram(
    {
      name: 'token_broker_rotation_lateness_seconds',
      help: 'How long after it was due a new pair of tokens was there; earlier ones, on demand, are left out.',
      labels: NO_LABELS,
    },
    LATENESS_BUCKETS,
  )
  const canaries = counter({
    name: 'token_broker_canaries_total',
    help: 'Single calls that tried whether the bank is well, by result.',
    labels: { result: membersOf<CanaryResult>({ well: true, failed: true, idle: true }) },
  })
  return {
    rotation: (outcome, isReplay) => {
      rotations({ outcome })
      if (!isReplay) return
      replays({})
      replayOutcomes({ outcome })
    },
    rotatedLate: (lateMs) => lateness({}, lateMs),
    canary: (result) => canaries({ result }),
    housekept: housekeepingMetric(instruments),
  }
}

/** Names of metrics and labels are snake_case. */
const ENDED: Record<keyof HousekeepingResult, string> = {
  abandoned: 'abandoned',
  expired: 'expired',
  exchangesLost: 'exchange_lost',
  claimsLost: 'claim_lost',
  rotationsLost: 'rotation_lost',
  erased: 'erased',
  expiring: 'expiring_told',
}

function housekeepingMetric({ counter }: Instruments): Meter['housekept'] {
  const ended = counter({
    name: 'token_broker_housekeeping_total',
    help: 'What time alone brought about, written down by this process: consents, code exchanges, claims and rotations.',
    labels: { what: Object.values(ENDED) },
  })
  return (done) => {
    for (const [name, what] of Object.entries(ENDED)) ended({ what }, done[name as keyof HousekeepingResult])
  }
}
