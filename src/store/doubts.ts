import type { Clock } from '../core/clock.ts'
import { TryLaterError } from '../core/errors.ts'
import type { ClaimRow } from './claim-rows.ts'
import { isStorageTrouble, leftNothing } from './storage-error.ts'

export interface DoubtOptions {
  readonly clock: Pick<Clock, 'monotonicMs' | 'sleep'>
  /** Gives back a claim whose token was never sent. */
  readonly giveBack: (row: ClaimRow) => Promise<void>
  /** Most claims in doubt at once; 1,000 when left out. */
  readonly maxDoubts?: number
}

interface Doubt {
  readonly lookUp: () => Promise<ClaimRow[]>
  readonly leaseMs: number
}

/** Claims whose commit was not acknowledged: looked up by their attempt ids, never guessed (DESIGN 4.1). */
export interface Doubts {
  /** Raises `storage_unavailable` before anything is claimed where too many are in doubt already. */
  ownOnDoubt(claim: () => Promise<ClaimRow[]>, doubt: Doubt): Promise<ClaimRow[]>
  /** Looks once more, and ends. */
  stop(): Promise<void>
}

const FIRST_LOOK_MS = 250
const LONGEST_WAIT_MS = 10_000
/** Each is looked up to the end of its lease: a database that fails half must not be given more and more of them. */
const MOST_DOUBTS = 1_000
const RETRY_AFTER_SECONDS = 2

export function createDoubts({ clock, giveBack, maxDoubts = MOST_DOUBTS }: DoubtOptions): Doubts {
  const stopping = new AbortController()
  const watches = new Set<Promise<void>>()

  async function ownOnDoubt(claim: () => Promise<ClaimRow[]>, doubt: Doubt): Promise<ClaimRow[]> {
    if (watches.size >= maxDoubts) throw new TryLaterError('storage_unavailable', RETRY_AFTER_SECONDS)
    try {
      return await claim()
    } catch (error) {
      if (leftNothing(error) || !isStorageTrouble(error)) throw error
      const own = await doubt.lookUp().catch(() => [])
      if (own.length > 0) return own
      startWatch(doubt)
      throw error
    }
  }

  function startWatch(doubt: Doubt): void {
    const watch = resolveDoubt(doubt).finally(() => watches.delete(watch))
    watches.add(watch)
  }

  /** A claim nobody knows of would end as a lost rotation, though its token was never sent. */
  async function resolveDoubt({ lookUp, leaseMs }: Doubt): Promise<void> {
    const endsAtMs = clock.monotonicMs() + leaseMs
    for (let waitMs = FIRST_LOOK_MS; ; waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS)) {
      await clock.sleep(waitMs, stopping.signal)
      const looked = await giveBackFound(lookUp)
      // The server may still commit what we gave up on: nothing found is no proof before the lease has ended.
      const over = looked === 'given_back' || (looked === 'none' && clock.monotonicMs() >= endsAtMs)
      if (over || stopping.signal.aborted) return
    }
  }

  async function giveBackFound(lookUp: Doubt['lookUp']): Promise<'given_back' | 'none' | 'unknown'> {
    try {
      const rows = await lookUp()
      await Promise.all(rows.map(giveBack))
      return rows.length > 0 ? 'given_back' : 'none'
    } catch {
      return 'unknown'
    }
  }

  return {
    ownOnDoubt,
    stop: async () => {
      stopping.abort()
      await Promise.all(watches)
    },
  }
}
