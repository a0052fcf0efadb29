import type { Clock } from '../../src/core/clock.ts'

/** Whose sleep it is: a dead process never wakes, a frozen one when it is thawed. */
export interface Sleeps {
  alive: boolean
  frozen: boolean
}

export interface VirtualTime {
  nowMs(): number
  clockOf(process: Sleeps): Clock
  /** Wakes whoever sleeps up to then, or sets the time to it: false when nobody does. */
  wakeNext(untilMs: number): boolean
}

interface Sleeper {
  readonly atMs: number
  readonly process: Sleeps
  readonly wake: () => void
}

const BEGIN_MS = Date.UTC(2030, 0, 1)
/** Chance decides nothing here that a rule depends on, and the middle shrinks best. */
const CHANCE = 0.5

/** Time in the model's hand: it moves when it is told to, and wakes sleepers in their order. */
export function createVirtualTime(): VirtualTime {
  let nowMs = BEGIN_MS
  let sleepers: Sleeper[] = []

  function remove(sleeper: Sleeper): void {
    sleepers = sleepers.filter((other) => other !== sleeper)
  }

  function sleep(process: Sleeps, ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.resolve()
    return new Promise((wake) => {
      const sleeper = { atMs: nowMs + Math.max(1, Math.ceil(ms)), process, wake }
      sleepers.push(sleeper)
      const end = () => {
        remove(sleeper)
        wake()
      }
      signal?.addEventListener('abort', end, { once: true })
    })
  }

  function earliest(untilMs: number): Sleeper | undefined {
    const awake = sleepers.filter(({ atMs, process }) => atMs <= untilMs && process.alive && !process.frozen)
    return awake.reduce<Sleeper | undefined>(
      (a, b) => (a !== undefined && a.atMs <= b.atMs ? a : b),
      undefined,
    )
  }

  return {
    nowMs: () => nowMs,
    clockOf: (process) => ({
      now: () => new Date(nowMs),
      monotonicMs: () => nowMs - BEGIN_MS,
      sleep: (ms, signal) => sleep(process, ms, signal),
      chance: () => CHANCE,
    }),
    wakeNext: (untilMs) => {
      const sleeper = earliest(untilMs)
      nowMs = Math.max(nowMs, sleeper?.atMs ?? untilMs)
      if (sleeper === undefined) return false
      remove(sleeper)
      sleeper.wake()
      return true
    },
  }
}
