import type { Clock } from './clock.ts'
import type { ConsentStatus } from './consent.ts'
import type { ConsentStore, HoldInput } from './consent-store.ts'

export const ENDINGS_DAYS = 14

/** How many consents end on a day of UTC. */
export interface Ending {
  /** `2026-11-23`. */
  readonly date: string
  readonly count: number
}

/** What has to be counted. */
export interface StoreCounts {
  readonly countsByStatus: Readonly<Record<ConsentStatus, number>>
  readonly due: number
  /** Pairs whose last rotation failed, and which will be tried again. */
  readonly failing: number
  readonly uncertain: number
  readonly expiringWithin14Days: number
  /** What lives now, by the day of its end, today first. */
  readonly endings: readonly Ending[]
}

/** What is looked up each time. */
export interface Standing {
  readonly oldestDueAt: Date | null
  readonly hold: HoldInput | null
}

export interface StoreSummary extends StoreCounts, Standing {
  /** As of when the counts are. */
  readonly countedAt: Date
}

/** So few are counted whenever they are asked for. */
const FEW = 20_000
/** Of many, the counting takes a twentieth of the time at most. */
const REST_FACTOR = 20

type Counted = StoreCounts & Pick<StoreSummary, 'countedAt'>

/**
 * Reads how the consents stand. Who asks at once is given one count; the more it costs, the longer it is good for, so
 * that no caller and no scrape keeps the database counting.
 */
export function createSummary(
  consents: Pick<ConsentStore, 'count' | 'standing'>,
  clock: Pick<Clock, 'now' | 'monotonicMs'>,
) {
  let counted: Counted | null = null
  let goodUntilMs = Number.NEGATIVE_INFINITY
  let counting: Promise<Counted> | null = null

  async function countAnew(): Promise<Counted> {
    const countedAt = clock.now()
    const beganMs = clock.monotonicMs()
    const counts = await consents.count(countedAt)
    const endedMs = clock.monotonicMs()
    const total = Object.values(counts.countsByStatus).reduce((sum, count) => sum + count, 0)
    goodUntilMs = total > FEW ? endedMs + REST_FACTOR * (endedMs - beganMs) : Number.NEGATIVE_INFINITY
    counted = { ...counts, countedAt }
    return counted
  }

  function count(): Promise<Counted> {
    if (counted !== null && clock.monotonicMs() < goodUntilMs) return Promise.resolve(counted)
    if (counting !== null) return counting
    const own = countAnew().finally(() => {
      counting = null
    })
    counting = own
    return own
  }

  return {
    count,
    /** For status and metrics. */
    read: async (): Promise<StoreSummary> => {
      const [counts, standing] = await Promise.all([count(), consents.standing()])
      return { ...counts, ...standing }
    },
  }
}

export type Summary = ReturnType<typeof createSummary>
