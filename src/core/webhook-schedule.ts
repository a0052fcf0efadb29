import type { SendResult, Settlement } from './webhook.ts'

const [SECOND, MINUTE, HOUR] = [1_000, 60_000, 3_600_000]

/** Standard Webhooks' own schedule, "Delivery attempts": ten attempts within a little more than three days. */
const WAITS_MS = [
  5 * SECOND,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  20 * HOUR,
  24 * HOUR,
] as const

/** Those that failed together are not tried again together. */
const JITTER = 0.2

/** Decides what follows from an attempt, which counts from 1. */
export function settlementOf(result: SendResult, attempt: number, chance: number): Settlement {
  if (result.kind === 'accepted') return { outcome: 'delivered' }
  if (result.kind === 'given_up') return { outcome: 'released' }
  if (result.kind === 'gone') return { outcome: 'dead', error: 'http_410', retryAfterMs: 0 }
  const waitMs = WAITS_MS[attempt - 1]
  if (waitMs === undefined) return { outcome: 'dead', error: result.error, retryAfterMs: 0 }
  const retryAfterMs = Math.max(waitMs * (1 + JITTER * chance), result.retryAfterMs ?? 0)
  return { outcome: 'failed', error: result.error, retryAfterMs: Math.round(retryAfterMs) }
}
