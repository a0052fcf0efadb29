import type { Clock } from './clock.ts'

export interface SlotOptions {
  readonly maxConcurrency: number
  /** 0: no limit. */
  readonly maxPerSecond: number
  readonly clock: Pick<Clock, 'monotonicMs' | 'sleep'>
}

/** Gives a slot back; calling it again does nothing. */
export type Release = () => void

/**
 * The calls to the bank this process may make at once, and in a second. Waiting callers go before the
 * background, which only ever takes what is free.
 */
export interface Slots {
  acquire(): Promise<Release>
  /** Takes up to `wanted` slots without waiting. */
  takeFree(wanted: number): Release[]
  /** Resolves when a slot may be free for the background. */
  changed(): Promise<void>
}

export function createSlots({ maxConcurrency, maxPerSecond, clock }: SlotOptions): Slots {
  const rate = createRate(maxPerSecond, clock)
  const callers: (() => void)[] = []
  let watchers: (() => void)[] = []
  let used = 0

  function release(): Release {
    let held = true
    return () => {
      if (!held) return
      held = false
      const next = callers.shift()
      // Handed over rather than freed: nobody may slip in between.
      if (next !== undefined) next()
      else free()
    }
  }

  function free(): void {
    used -= 1
    for (const wake of watchers.splice(0)) wake()
  }

  async function acquire(): Promise<Release> {
    if (used < maxConcurrency) used += 1
    else await new Promise<void>((resolve) => callers.push(resolve))
    await rate.wait()
    return release()
  }

  function takeFree(wanted: number): Release[] {
    const taken = Math.min(wanted, maxConcurrency - used, rate.allowance())
    used += taken
    return Array.from({ length: taken }, () => {
      rate.spend()
      return release()
    })
  }

  async function changed(): Promise<void> {
    if (used >= maxConcurrency) {
      await new Promise<void>((resolve) => {
        watchers = [...watchers, resolve]
      })
    }
    await rate.replenished()
  }

  return { acquire, takeFree, changed }
}

interface Rate {
  /** Takes the next place, and resolves when its time has come. */
  wait(): Promise<void>
  /** How many may go now. */
  allowance(): number
  spend(): void
  /** Resolves when one may go. */
  replenished(): Promise<void>
}

const UNLIMITED: Rate = {
  wait: async () => {},
  allowance: () => Number.MAX_SAFE_INTEGER,
  spend: () => {},
  replenished: async () => {},
}

/** Spaces calls evenly: the next may go when the one before has had its share of the second. */
function createRate(maxPerSecond: number, clock: SlotOptions['clock']): Rate {
  if (maxPerSecond === 0) return UNLIMITED
  const spacingMs = 1000 / maxPerSecond
  let nextAtMs = clock.monotonicMs()
  const spend = () => {
    nextAtMs = Math.max(nextAtMs, clock.monotonicMs()) + spacingMs
  }
  // Timers count whole milliseconds, and drop what is beyond them.
  const sleepUntil = async (atMs: number) => {
    const waitMs = Math.ceil(atMs - clock.monotonicMs())
    if (waitMs > 0) await clock.sleep(waitMs)
  }
  const wait = () => {
    const atMs = nextAtMs
    spend()
    return sleepUntil(atMs)
  }
  return {
    wait,
    spend,
    allowance: () => (nextAtMs <= clock.monotonicMs() ? 1 : 0),
    replenished: () => sleepUntil(nextAtMs),
  }
}
