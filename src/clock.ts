import { setTimeout as delay } from 'node:timers/promises'
import type { Clock } from './core/clock.ts'

/** Longer timers end at once in Node. */
const LONGEST_TIMER_MS = 2 ** 31 - 1

/** The machine's own time and chance. */
export const systemClock: Clock = {
  now: () => new Date(),
  monotonicMs: () => performance.now(),
  sleep,
  chance: () => Math.random(),
}

/** Sleeps 24 days at most; never raises, whatever the signal's reason. */
async function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  try {
    await delay(Math.min(ms, LONGEST_TIMER_MS), undefined, signal ? { signal } : {})
  } catch (error) {
    if (!signal?.aborted) throw error
  }
}
