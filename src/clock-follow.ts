import type { Clock } from './core/clock.ts'

/** A clock whose wall time is the database's, which decides leases and due times for all replicas (DESIGN 4.6). */
export interface FollowingClock extends Clock {
  /** Takes note of what the database's clock said at a moment; resolves how far ahead of it our own is. */
  follow(databaseTime: Date, atMonotonicMs: number): number
}

/** What a reading over the network may be off by; within it our own clock is as good, and steadier. */
const TOLERANCE_MS = 1_000

/**
 * Corrects `now` by the last reading of the database's clock, carried on by the monotonic one: a wall clock that
 * is wrong, or is set right meanwhile, makes no difference. Before the first reading it is our own.
 */
export function followDatabase(own: Clock): FollowingClock {
  let databaseAheadOfMonotonicMs: number | null = null

  function skewMs(): number {
    if (databaseAheadOfMonotonicMs === null) return 0
    return own.now().getTime() - own.monotonicMs() - databaseAheadOfMonotonicMs
  }

  function now(): Date {
    const time = own.now()
    const aheadMs = skewMs()
    return Math.abs(aheadMs) <= TOLERANCE_MS ? time : new Date(time.getTime() - aheadMs)
  }

  return {
    now,
    monotonicMs: () => own.monotonicMs(),
    sleep: (ms, signal) => own.sleep(ms, signal),
    chance: () => own.chance(),
    follow: (databaseTime, atMonotonicMs) => {
      databaseAheadOfMonotonicMs = databaseTime.getTime() - atMonotonicMs
      return skewMs()
    },
  }
}
