import { setTimeout as delay } from 'node:timers/promises'

const POLL_MS = 10
/** A probe that asks for much is not made at every turn: it rests as long as it took, but no longer than this. */
const REST_MS = 100

/** Resolves the first value that is neither false, null nor undefined; raises when none came in time. */
export async function waitFor<T>(
  what: string,
  probe: () => T | Promise<T>,
  withinMs = 10_000,
): Promise<NonNullable<T>> {
  const deadline = performance.now() + withinMs
  while (performance.now() < deadline) {
    const askedAt = performance.now()
    const value = await probe()
    if (value !== false && value !== null && value !== undefined) return value
    await delay(Math.min(REST_MS, Math.max(POLL_MS, performance.now() - askedAt)))
  }
  throw new Error(`waited ${withinMs} ms in vain for ${what}`)
}
