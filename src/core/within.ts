import type { Clock } from './clock.ts'

/** Resolves the value, or undefined once the time is up; the value goes on being worked for. */
export async function withinMs<T>(
  clock: Pick<Clock, 'sleep'>,
  value: Promise<T>,
  limitMs: number,
): Promise<T | undefined> {
  const timer = new AbortController()
  try {
    return await Promise.race([value, clock.sleep(limitMs, timer.signal).then(() => undefined)])
  } finally {
    timer.abort()
  }
}
