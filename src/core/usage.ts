import type { Ports } from './ports.ts'
import type { RefreshTimes } from './tokens.ts'

/** Notes which consents are asked for, so that idle ones are only kept alive (DESIGN 4.6). */
export interface Usage {
  asked(consentId: string): void
  /** Writes down what was asked for since: once an hour a consent at most, or four times in REFRESH_IDLE_AFTER. */
  flush(): Promise<void>
}

const HOUR_MS = 3_600_000
const MAX_REMEMBERED = 100_000
const MAX_BATCH = 1_000

export function createUsage(
  { consents, clock }: Pick<Ports, 'consents' | 'clock'>,
  { idleAfterMs }: Pick<RefreshTimes, 'idleAfterMs'>,
  maxRemembered = MAX_REMEMBERED,
): Usage {
  // A note must be fresh enough to tell an idle consent from one that is asked for all the time.
  const everyMs = Math.min(HOUR_MS, idleAfterMs / 4)
  const noted = new Map<string, number>()
  let pending = new Set<string>()

  function asked(consentId: string): void {
    const nowMs = clock.monotonicMs()
    const before = noted.get(consentId)
    if (before !== undefined && nowMs - before < everyMs) return
    // What finds no room while the database takes nothing is noted when it is asked for again.
    if (pending.size >= maxRemembered) return
    if (noted.size >= maxRemembered) noted.clear()
    noted.set(consentId, nowMs)
    pending.add(consentId)
  }

  async function flush(): Promise<void> {
    const ids = [...pending]
    pending = new Set()
    for (let from = 0; from < ids.length; from += MAX_BATCH) await write(ids, from)
  }

  async function write(ids: readonly string[], from: number): Promise<void> {
    try {
      await consents.touch(ids.slice(from, from + MAX_BATCH), { now: clock.now(), everyMs })
    } catch (error) {
      for (const id of ids.slice(from)) pending.add(id)
      throw error
    }
  }

  return { asked, flush }
}
