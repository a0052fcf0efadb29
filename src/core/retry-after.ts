const LONGEST_MS = 3_600_000

/** Reads `Retry-After`, seconds or a date (RFC 9110 section 10.2.3); at most an hour, null for nonsense. */
export function retryAfterMs(value: string | null, now: Date): number | null {
  if (value === null) return null
  const text = value.trim()
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : dateMs(text) - now.getTime()
  return Number.isNaN(ms) ? null : Math.min(Math.max(ms, 0), LONGEST_MS)
}

// Date.parse takes far more than HTTP dates ("-5" is a year to it), so the weekday must lead.
function dateMs(text: string): number {
  return /^(mon|tue|wed|thu|fri|sat|sun)/i.test(text) ? Date.parse(text) : Number.NaN
}
