import type { Rate } from './rate.ts'

export interface SlotOptions {
  readonly maxConcurrency: number
  readonly rate: Rate
}

/** Gives a slot back; calling it again does nothing. */
export type Release = () => void

/** A slot taken before it is known whether there is work for it: only what begins counts against the rate. */
export interface FreeSlot extends Release {
  /** Resolves when the call may be made. */
  begin(): Promise<void>
}

/**
 * The calls to the bank this process may make at once, and in a second. Waiting callers go before the
 * background, which only ever takes what is free.
 */
export interface Slots {
  acquire(): Promise<Release>
  /** Takes up to `wanted` slots without waiting. */
  takeFree(wanted: number): FreeSlot[]
  /** Resolves when a slot may be free for the background. */
  changed(): Promise<void>
  /** Ends all waiting, for those who make no more calls once this is `stopped`. */
  stop(): void
  stopped(): boolean
}

export function createSlots({ maxConcurrency, rate }: SlotOptions): Slots {
  const stopping = new AbortController()
  const callers: (() => void)[] = []
  let used = 0
  let unbegun = 0
  let watch: Promise<void> | null = null
  let wakeWatch = () => {}

  function hold(): Release {
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
    wakeWatch()
  }

  async function acquire(): Promise<Release> {
    if (stopping.signal.aborted || used < maxConcurrency) used += 1
    else await new Promise<void>((resolve) => callers.push(resolve))
    await rate.wait(stopping.signal)
    return hold()
  }

  function takeFree(wanted: number): FreeSlot[] {
    const free = Math.min(wanted, maxConcurrency - used, rate.allowance() - unbegun)
    const taken = stopping.signal.aborted ? 0 : Math.max(0, free)
    used += taken
    unbegun += taken
    return Array.from({ length: taken }, freeSlot)
  }

  function freeSlot(): FreeSlot {
    const giveBack = hold()
    let waits = true
    const settle = () => {
      if (waits) unbegun -= 1
      waits = false
    }
    const begin = () => {
      settle()
      return rate.wait(stopping.signal)
    }
    const release = () => {
      settle()
      giveBack()
    }
    return Object.assign(release, { begin })
  }

  /** One watch for all who ask while it lasts: the background asks again and again. */
  function changed(): Promise<void> {
    watch ??= watchChange().finally(() => {
      watch = null
    })
    return watch
  }

  async function watchChange(): Promise<void> {
    if (used >= maxConcurrency) {
      await new Promise<void>((resolve) => {
        wakeWatch = resolve
      })
    }
    await rate.replenished(stopping.signal)
  }

  function stop(): void {
    stopping.abort()
    used += callers.length
    for (const go of callers.splice(0)) go()
  }

  return { acquire, takeFree, changed, stop, stopped: () => stopping.signal.aborted }
}
