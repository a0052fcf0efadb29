import { CrowdedError } from './errors.ts'
import type { Rate } from './rate.ts'

export interface SlotOptions {
  readonly maxConcurrency: number
  readonly rate: Rate
  /** Begins with one slot and grows by one with each success, where a call may burn a token (DESIGN 4.4). */
  readonly slowStart?: boolean
  /** Most callers that wait at once; 10,000 when left out. */
  readonly maxWaiting?: number
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
 * background, which takes what is free; while both wait, every fourth slot is the background's.
 */
export interface Slots {
  /** Raises `bank_unavailable` where too many wait already. */
  acquire(): Promise<Release>
  /** Takes up to `wanted` slots without waiting. */
  takeFree(wanted: number): FreeSlot[]
  /** Takes its turn in the rate: for a further call in a slot that is held. */
  turn(): Promise<void>
  /** Resolves when a slot may be free for the background. */
  changed(): Promise<void>
  /** How many calls may be in flight now. */
  window(): number
  /** After a success: one more call may be in flight. */
  grow(): void
  /** After an answer that may have burned a token: one call at a time, until there are successes again. */
  shrink(): void
  /** Ends all waiting, for those who make no more calls once this is `stopped`. */
  stop(): void
  stopped(): boolean
}

const CALLERS_IN_A_ROW = 3
/** While the bank hangs, each consent that is asked for waits here, also when its caller has long gone. */
const MOST_WAITING = 10_000

export function createSlots(options: SlotOptions): Slots {
  const { maxConcurrency, rate, slowStart = false, maxWaiting = MOST_WAITING } = options
  const stopping = new AbortController()
  const callers: (() => void)[] = []
  let window = slowStart ? 1 : maxConcurrency
  let used = 0
  let unbegun = 0
  let served = 0
  let reserved = false
  let watch: Promise<void> | null = null
  let wakeWatch: (() => void) | null = null

  function hold(): Release {
    let held = true
    return () => {
      if (!held) return
      held = false
      used -= 1
      handOn()
    }
  }

  /** Handed over rather than freed: nobody may slip in between. */
  function handOn(): void {
    while (used < window && callers.length > 0 && !backgroundsTurn()) {
      used += 1
      served += 1
      callers.shift()?.()
    }
    if (used >= window) return
    reserved = callers.length > 0
    served = 0
    wakeWatch?.()
  }

  function backgroundsTurn(): boolean {
    return wakeWatch !== null && served >= CALLERS_IN_A_ROW
  }

  async function acquire(): Promise<Release> {
    if (stopping.signal.aborted || (used < window && !reserved)) used += 1
    else await waitForSlot()
    await rate.wait(stopping.signal)
    return hold()
  }

  async function waitForSlot(): Promise<void> {
    if (callers.length >= maxWaiting) throw new CrowdedError()
    await new Promise<void>((resolve) => callers.push(resolve))
  }

  function takeFree(wanted: number): FreeSlot[] {
    const room = callers.length === 0 ? window - used : Math.min(Number(reserved), window - used)
    const free = Math.min(wanted, room, rate.allowance() - unbegun)
    const taken = stopping.signal.aborted ? 0 : Math.max(0, free)
    used += taken
    unbegun += taken
    if (reserved) endReservation()
    return Array.from({ length: taken }, freeSlot)
  }

  function endReservation(): void {
    reserved = false
    handOn()
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
    if (used >= window || callers.length > 0) {
      await new Promise<void>((resolve) => {
        wakeWatch = resolve
      })
      wakeWatch = null
    }
    await rate.replenished(stopping.signal)
  }

  function grow(): void {
    if (window >= maxConcurrency) return
    window += 1
    handOn()
  }

  function stop(): void {
    stopping.abort()
    used += callers.length
    for (const go of callers.splice(0)) go()
  }

  return {
    acquire,
    takeFree,
    changed,
    turn: () => rate.wait(stopping.signal),
    window: () => window,
    grow,
    shrink: () => {
      if (slowStart) window = 1
    },
    stop,
    stopped: () => stopping.signal.aborted,
  }
}
