import type { Clock } from './clock.ts'
import type { ConsentStatus } from './consent.ts'
import type { ConsentStore, HoldInput } from './consent-store.ts'
import { createSparing } from './sparing.ts'

export const ENDINGS_DAYS = 14

/** How many consents end on a day of UTC. */
export interface Ending {
  /** `2026-11-23`. */
  readonly date: string
  readonly count: number
}

export type EndingWithin = '1d' | '7d' | '14d'

export interface Endings {
  /** How many end within a time; a longer one holds the shorter. */
  readonly within: Readonly<Record<EndingWithin, number>>
  /** Null where none ends within the longest of them. */
  readonly nextAt: Date | null
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
export const FEW = 20_000

type Counted = StoreCounts & Pick<StoreSummary, 'countedAt'>

/** Reads how the consents stand. */
export function createSummary(
  consents: Pick<ConsentStore, 'count' | 'standing'>,
  clock: Pick<Clock, 'now' | 'monotonicMs'>,
) {
  const count = createSparing(countAnew, { clock, isCostly: (counted) => totalOf(counted) > FEW })

  async function countAnew(): Promise<Counted> {
    const countedAt = clock.now()
    return { ...(await consents.count(countedAt)), countedAt }
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

function totalOf({ countsByStatus }: StoreCounts): number {
  return Object.values(countsByStatus).reduce((sum, count) => sum + count, 0)
}

export type Summary = ReturnType<typeof createSummary>
