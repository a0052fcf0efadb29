import type { Ports } from './ports.ts'
import type { PairId } from './tokens.ts'

const FIRST_POLL_MS = 20
const LONGEST_POLL_MS = 400

/** Resolves when a pair that another process claimed has moved on, its claim has ended, or time is up. */
export type RowWatch = (pair: PairId) => Promise<void>

interface Watch {
  untilMs: number
  ended: Promise<void>
}

/**
 * Watches rows by short jittered polls; all who wait for one consent share one watch, which ends when the last
 * of them has waited for `limitMs`.
 */
export function createRowWatch(
  { consents, clock }: Pick<Ports, 'consents' | 'clock'>,
  limitMs: number,
): RowWatch {
  const watches = new Map<string, Watch>()

  async function poll(pair: PairId, isOver: () => boolean): Promise<void> {
    let pollMs = FIRST_POLL_MS
    while (!isOver() && (await isClaimed(pair))) {
      await clock.sleep(pollMs * (0.5 + clock.chance()))
      pollMs = Math.min(pollMs * 1.5, LONGEST_POLL_MS)
    }
  }

  async function isClaimed({ consentId, chain, version }: PairId): Promise<boolean> {
    const tokens = (await consents.find(consentId))?.tokens ?? null
    const same = tokens !== null && tokens.chain === chain && tokens.version === version
    return same && tokens.attemptId !== null && (tokens.leaseUntil ?? clock.now()) > clock.now()
  }

  function begin(pair: PairId, untilMs: number): Watch {
    const watch: Watch = { untilMs, ended: Promise.resolve() }
    watches.set(pair.consentId, watch)
    const isOver = () => clock.monotonicMs() >= watch.untilMs
    watch.ended = poll(pair, isOver).finally(() => watches.delete(pair.consentId))
    return watch
  }

  return (pair) => {
    const untilMs = clock.monotonicMs() + limitMs
    const current = watches.get(pair.consentId)
    if (current === undefined) return begin(pair, untilMs).ended
    current.untilMs = untilMs
    return current.ended
  }
}
