import { setTimeout as delay } from 'node:timers/promises'

const POLL_MS = 10

/** Resolves the first value that is neither false, null nor undefined; raises when none came in time. */
export async function waitFor<T>(
  what: string,
  probe: () => T | Promise<T>,
  withinMs = 10_000,
): Promise<NonNullable<T>> {
  const deadline = performance.now() + withinMs
  while (performance.now() < deadline) {
    const value = await probe()
    if (value !== false && value !== null && value !== undefined) return value
    await delay(POLL_MS)
  }
  throw new Error(`waited ${withinMs} ms in vain for ${what}`)
}
