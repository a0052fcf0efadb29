/** Time and chance, handed in so that decisions are repeatable in tests. */
export interface Clock {
  now(): Date
  /** Never goes back; for measuring a lease that is held. */
  monotonicMs(): number
  /** Resolves after `ms`, or at once when the signal is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
  /** 0 to 1: jitter. */
  chance(): number
}
