/** Tells whether something is worth saying: when it is new, and again after a while for as long as it lasts. */
export type Reminder = (what: string | null, now: Date) => boolean

/** Makes a reminder; null stands for nothing to say, and what comes after it is new. */
export function createReminder(againAfterMs: number): Reminder {
  let said: { what: string; atMs: number } | null = null

  return (what, now) => {
    const atMs = now.getTime()
    const known = said !== null && said.what === what && atMs - said.atMs < againAfterMs
    if (!known) said = what === null ? null : { what, atMs }
    return !known && what !== null
  }
}
