import type { Clock } from '../../../src/core/clock.ts'

export interface DrivenClock extends Pick<Clock, 'now' | 'monotonicMs' | 'sleep'> {
  /** Lets time pass, and wakes whoever has slept long enough. */
  advance(ms: number): void
}

const START_MS = Date.parse('2026-11-01T12:00:00Z')

/** A clock that goes on only when it is told to. */
export function drivenClock(): DrivenClock {
  let passedMs = 0
  const sleepers = new Set<{ readonly untilMs: number; readonly wake: () => void }>()
  return {
    now: () => new Date(START_MS + passedMs),
    monotonicMs: () => passedMs,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        const sleeper = { untilMs: passedMs + ms, wake: resolve }
        sleepers.add(sleeper)
        signal?.addEventListener('abort', () => resolve())
      }),
    advance: (ms) => {
      passedMs += ms
      for (const sleeper of sleepers) {
        if (sleeper.untilMs > passedMs) continue
        sleepers.delete(sleeper)
        sleeper.wake()
      }
    },
  }
}
