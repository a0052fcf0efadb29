import type { FollowingClock } from './clock-follow.ts'
import type { SkewRecord } from './clock-skew.ts'
import { type Database, readDatabaseTime } from './store/index.ts'

export interface ClockWatchOptions {
  readonly db: Database
  readonly clock: FollowingClock
  readonly skew: Pick<SkewRecord, 'report'>
}

export interface ClockWatch {
  /** Reads the database's clock once; raises where it can't be read. */
  measure(): Promise<void>
  /** Measures now and then, until the stop. */
  start(): void
  stop(): Promise<void>
}

const EVERY_MS = 10_000
/** A reading that was under way for longer tells too little. */
const LONGEST_READING_MS = 1_000

/** Has a clock follow the database's, and records how far off our own is. */
export function createClockWatch({ db, clock, skew }: ClockWatchOptions): ClockWatch {
  const stopping = new AbortController()
  let running = Promise.resolve()
  let measured = false

  async function measure(): Promise<void> {
    const askedAtMs = clock.monotonicMs()
    const databaseTime = await readDatabaseTime(db)
    const tookMs = clock.monotonicMs() - askedAtMs
    // The first is taken as it is: no better one may come before it is needed.
    if (measured && tookMs > LONGEST_READING_MS) return
    measured = true
    skew.report('database', clock.follow(databaseTime, askedAtMs + tookMs / 2))
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      await clock.sleep(EVERY_MS, stopping.signal)
      // A database in trouble is told of by whoever needs it.
      if (!stopping.signal.aborted) await measure().catch(() => {})
    }
  }

  return {
    measure,
    start: () => {
      running = run()
    },
    stop: async () => {
      stopping.abort()
      await running
    },
  }
}
