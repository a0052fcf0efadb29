import type { Clock } from './clock.ts'

/** Of what costs something, the reading takes a twentieth of the time at most. */
const REST_FACTOR = 20

/**
 * Makes what reads for all who ask at once, and keeps what was costly: the longer it took, the longer it is good for,
 * so that no caller and no scrape keeps the database counting.
 */
export function createSparing<T>(
  read: () => Promise<T>,
  {
    clock,
    isCostly,
  }: { readonly clock: Pick<Clock, 'monotonicMs'>; readonly isCostly: (value: T) => boolean },
): () => Promise<T> {
  let kept: { readonly value: T; readonly untilMs: number } | null = null
  let reading: Promise<T> | null = null

  async function readAnew(): Promise<T> {
    const beganMs = clock.monotonicMs()
    const value = await read()
    const endedMs = clock.monotonicMs()
    kept = isCostly(value) ? { value, untilMs: endedMs + REST_FACTOR * (endedMs - beganMs) } : null
    return value
  }

  return () => {
    if (kept !== null && clock.monotonicMs() < kept.untilMs) return Promise.resolve(kept.value)
    reading ??= readAnew().finally(() => {
      reading = null
    })
    return reading
  }
}
