import type { ClockCheck } from './bank/index.ts'
import { type FollowingClock, followDatabase } from './clock-follow.ts'
import { createSkewRecord, type SkewRecord, type SkewRecordOptions } from './clock-skew.ts'
import type { Surroundings } from './surroundings.ts'

export interface Clocks {
  /** For everything of the service: it follows the database's. */
  readonly clock: FollowingClock
  readonly skew: SkewRecord
  /** Our own clock, held against the bank's. */
  readonly bankClockCheck: ClockCheck
}

/** Builds the service's clock on the machine's own, and what watches that. */
export function createClocks(
  { clock: own, log }: Pick<Surroundings, 'clock' | 'log'>,
  gauge: SkewRecordOptions['gauge'],
): Clocks {
  const skew = createSkewRecord({ log, gauge })
  return {
    clock: followDatabase(own),
    skew,
    bankClockCheck: { now: () => own.now(), report: (aheadMs) => skew.report('bank', aheadMs) },
  }
}
