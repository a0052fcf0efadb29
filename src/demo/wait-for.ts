import { setTimeout as delay } from 'node:timers/promises'

const POLL_MS = 100

/** What is waited for, how long at most, and when to give up. */
export interface Waiting {
  readonly what: string
  readonly withinMs: number
  readonly stopping: AbortSignal
}

/** Resolves the first value that is not null; rejects when none came in time. */
export async function waitFor<T>(
  { what, withinMs, stopping }: Waiting,
  probe: () => Promise<T | null>,
): Promise<T> {
  const deadline = performance.now() + withinMs
  while (performance.now() < deadline) {
    const value = await probe()
    if (value !== null) return value
    await delay(POLL_MS, undefined, { signal: stopping })
  }
  throw new Error(`${what} did not come within ${Math.round(withinMs / 1000)} seconds`)
}
