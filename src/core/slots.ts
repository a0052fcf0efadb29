import type { Clock } from './clock.ts'

export type Priority = 'caller' | 'background'

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
  /** Resolves when a slot may be free again. */
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
      used -= 1
      callers.shift()?.()
      for (const wake of watchers.splice(0)) wake()
    }
  }

  async function acquire(): Promise<Release> {
    while (used >= maxConcurrency) await new Promise<void>((resolve) => callers.push(resolve))
    used += 1
    const give = release()
    await rate.wait()
    return give
  }

  function takeFree(wanted: number): Release[] {
    const free = callers.length > 0 ? 0 : Math.min(wanted, maxConcurrency - used, rate.allowance())
    used += free
    return Array.from({ length: free }, () => {
      rate.spend()
      return release()
    })
  }

  function changed(): Promise<void> {
    if (used < maxConcurrency) return Promise.resolve()
    return new Promise((resolve) => {
      watchers = [...watchers, resolve]
    })
  }

  return { acquire, takeFree, changed }
}

interface Rate {
  wait(): Promise<void>
  allowance(): number
  spend(): void
}

const UNLIMITED: Rate = { wait: async () => {}, allowance: () => Number.MAX_SAFE_INTEGER, spend: () => {} }

/** Spaces calls evenly: the next may go when the one before has had its share of the second. */
function createRate(maxPerSecond: number, clock: SlotOptions['clock']): Rate {
  if (maxPerSecond === 0) return UNLIMITED
  const spacingMs = 1000 / maxPerSecond
  let nextAtMs = clock.monotonicMs()
  const spend = () => {
    nextAtMs = Math.max(nextAtMs, clock.monotonicMs()) + spacingMs
  }
  const wait = async () => {
    const waitMs = nextAtMs - clock.monotonicMs()
    spend()
    if (waitMs > 0) await clock.sleep(waitMs)
  }
  return { wait, spend, allowance: () => (nextAtMs <= clock.monotonicMs() ? 1 : 0) }
}
