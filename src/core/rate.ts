import type { Clock } from './clock.ts'

/** The calls that may be made to the bank in a second, shared by all who make them. */
export interface Rate {
  /** Takes the next place and resolves when its turn has come, or the signal ends the waiting. */
  wait(signal: AbortSignal): Promise<void>
  /** How many may go now. */
  allowance(): number
  /** Resolves when one may go, or the signal ends the waiting. */
  replenished(signal: AbortSignal): Promise<void>
}

const UNLIMITED: Rate = {
  wait: async () => {},
  allowance: () => Number.MAX_SAFE_INTEGER,
  replenished: async () => {},
}

/** Spaces calls evenly: the next may go when the one before has had its share of the second. 0: no limit. */
export function createRate(maxPerSecond: number, clock: Pick<Clock, 'monotonicMs' | 'sleep'>): Rate {
  if (maxPerSecond === 0) return UNLIMITED
  const spacingMs = 1000 / maxPerSecond
  let nextAtMs = clock.monotonicMs()

  async function sleepUntil(atMs: number, signal: AbortSignal): Promise<void> {
    // Timers count whole milliseconds, and drop what is beyond them.
    const waitMs = Math.ceil(atMs - clock.monotonicMs())
    if (waitMs > 0) await clock.sleep(waitMs, signal)
  }

  function wait(signal: AbortSignal): Promise<void> {
    const atMs = nextAtMs
    nextAtMs = Math.max(nextAtMs, clock.monotonicMs()) + spacingMs
    return sleepUntil(atMs, signal)
  }

  return {
    wait,
    allowance: () => (nextAtMs <= clock.monotonicMs() ? 1 : 0),
    replenished: (signal) => sleepUntil(nextAtMs, signal),
  }
}
