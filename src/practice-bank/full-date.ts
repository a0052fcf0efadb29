const dayMs = 86_400_000

/** Tells the full date of a moment, in UTC (RFC 3339 §5.6). */
export function fullDate(at: number): string {
  return new Date(at).toISOString().slice(0, 10)
}

/** Tells whether a text is a full date of a day that exists. */
export function isFullDate(text: string): boolean {
  return (
    /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text)) && fullDate(Date.parse(text)) === text
  )
}

/** Counts the days from one full date to another. */
export function daysBetween(from: string, to: string): number {
  return (Date.parse(to) - Date.parse(from)) / dayMs
}
