import { systemClock } from '../../src/clock.ts'
import type { Clock } from '../../src/core/clock.ts'

export interface SkippingClock {
  readonly clock: Clock
  /** Lets time pass at once, by every clock of the process; not by the database's, which it will see in a while. */
  skip(ms: number): void
}

/** A machine whose time a test may have pass. */
export function createSkippingClock(): SkippingClock {
  let skippedMs = 0
  const clock = {
    ...systemClock,
    now: () => new Date(systemClock.now().getTime() + skippedMs),
    monotonicMs: () => systemClock.monotonicMs() + skippedMs,
  }
  return {
    clock,
    skip: (ms) => {
      skippedMs += ms
    },
  }
}
