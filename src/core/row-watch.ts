import type { Ports } from './ports.ts'
import type { PairId } from './tokens.ts'

const FIRST_POLL_MS = 20
const LONGEST_POLL_MS = 400

/** Resolves when a pair that another process claimed has moved on, or its claim has ended. */
export type RowWatch = (pair: PairId) => Promise<void>

/** Watches rows by short jittered polls; all who wait for one consent share one watch. */
export function createRowWatch({ consents, clock }: Pick<Ports, 'consents' | 'clock'>): RowWatch {
  const watches = new Map<string, Promise<void>>()

  async function watch(pair: PairId): Promise<void> {
    let pollMs = FIRST_POLL_MS
    while (await isClaimed(pair)) {
      await clock.sleep(pollMs * (0.5 + clock.chance()))
      pollMs = Math.min(pollMs * 1.5, LONGEST_POLL_MS)
    }
  }

  async function isClaimed({ consentId, chain, version }: PairId): Promise<boolean> {
    const tokens = (await consents.find(consentId))?.tokens ?? null
    const same = tokens !== null && tokens.chain === chain && tokens.version === version
    return same && tokens.attemptId !== null && (tokens.leaseUntil ?? clock.now()) > clock.now()
  }

  return (pair) => {
    const current = watches.get(pair.consentId)
    if (current !== undefined) return current
    const begun = watch(pair).finally(() => watches.delete(pair.consentId))
    watches.set(pair.consentId, begun)
    return begun
  }
}
