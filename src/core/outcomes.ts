import type { Meter } from './ports.ts'

/** What presenting a refresh token came to (DESIGN 4.2). */
export type RotationOutcome = Parameters<Meter['rotation']>[0]

export type OutcomeCounts = Readonly<Record<RotationOutcome, number>>

/** What refreshing came to in a quarter of an hour. */
export interface QuarterOutcomes extends OutcomeCounts {
  readonly from: Date
}

const NONE: OutcomeCounts = { rotated: 0, refused: 0, uncertain: 0, our_fault: 0, not_processed: 0 }

export const QUARTER_MS = 15 * 60_000
const QUARTERS = 96

/** Counts what came since it was last taken, to be told with what is told anyway. */
export function createOutcomeTally() {
  let counts = NONE
  return {
    add: (outcome: RotationOutcome): void => {
      counts = { ...counts, [outcome]: counts[outcome] + 1 }
    },
    /** Null where there are none. */
    take: (): OutcomeCounts | null => {
      const taken = counts
      counts = NONE
      return taken === NONE ? null : taken
    },
    /** What could not be told is told the next time. */
    giveBack: (taken: OutcomeCounts | null): void => {
      if (taken === null) return
      const entries = Object.entries(taken) as [RotationOutcome, number][]
      counts = Object.fromEntries(
        entries.map(([name, count]) => [name, count + counts[name]]),
      ) as OutcomeCounts
    },
  }
}

/** The quarters of the last 24 hours, oldest first, also those of which nothing is stored. */
export function lastDay(stored: readonly QuarterOutcomes[], now: Date): QuarterOutcomes[] {
  const current = Math.floor(now.getTime() / QUARTER_MS) * QUARTER_MS
  const byTime = new Map(stored.map((quarter) => [quarter.from.getTime(), quarter]))
  return Array.from({ length: QUARTERS }, (_, index) => {
    const fromMs = current - (QUARTERS - 1 - index) * QUARTER_MS
    return byTime.get(fromMs) ?? { from: new Date(fromMs), ...NONE }
  })
}
