/** An answer's `Date` header (RFC 9110 section 6.6.1), and when by our monotonic clock it was under way. */
export interface ServerDate {
  readonly date: string | null
  readonly sentAtMs: number
  readonly receivedAtMs: number
}

/** `Date` has the grain of a second. */
const GRAIN_MS = 1_000

/**
 * Tells how far a clock, read at the monotonic zero, is ahead of the server's; 0 where the grain
 * and the time under way may account for it all, null where the header is absent or no date.
 */
export function aheadOfServerMs(
  { date, sentAtMs, receivedAtMs }: ServerDate,
  zeroAtMs: number,
): number | null {
  const serverMs = date === null ? Number.NaN : Date.parse(date)
  if (Number.isNaN(serverMs)) return null
  const atMostMs = zeroAtMs + receivedAtMs - serverMs
  const atLeastMs = zeroAtMs + sentAtMs - (serverMs + GRAIN_MS)
  return Math.max(0, atLeastMs) + Math.min(0, atMostMs)
}
