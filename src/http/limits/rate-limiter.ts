export interface RateLimiterOptions {
  readonly max: number
  readonly windowMs: number
  /** Beyond so many keys the one whose window ends first is forgotten. */
  readonly maxKeys: number
  /** A clock that is set back must lock nobody out. */
  readonly monotonicMs: () => number
}

interface Window {
  count: number
  readonly endsAtMs: number
}

/** Counts a call; tells how long to wait in milliseconds where it is one too many, or null. */
export type RateLimiter = (key: string) => number | null

/** Lets `max` calls of a key pass in each window, which begins with the key's first call; bounded in keys. */
export function createRateLimiter({ max, windowMs, maxKeys, monotonicMs }: RateLimiterOptions): RateLimiter {
  /** In the order in which they end: each lasts as long as any other. */
  const windows = new Map<string, Window>()

  function open(key: string, nowMs: number): Window {
    windows.delete(key)
    for (const [other, { endsAtMs }] of windows) {
      if (endsAtMs > nowMs && windows.size < maxKeys) break
      windows.delete(other)
    }
    const window = { count: 0, endsAtMs: nowMs + windowMs }
    windows.set(key, window)
    return window
  }

  return (key) => {
    const nowMs = monotonicMs()
    const known = windows.get(key)
    const window = known === undefined || known.endsAtMs <= nowMs ? open(key, nowMs) : known
    window.count += 1
    return window.count > max ? window.endsAtMs - nowMs : null
  }
}
