import type { Ports } from './ports.ts'

/** Notes which consents are asked for, so that idle ones are only kept alive (DESIGN 4.6). */
export interface Usage {
  asked(consentId: string): void
  /** Writes down what was asked for since; at most once an hour a consent. */
  flush(): Promise<void>
}

const EVERY_MS = 3_600_000
const MAX_REMEMBERED = 100_000
const MAX_BATCH = 1_000

export function createUsage({ consents, clock }: Pick<Ports, 'consents' | 'clock'>): Usage {
  const noted = new Map<string, number>()
  let pending = new Set<string>()

  function asked(consentId: string): void {
    const nowMs = clock.monotonicMs()
    const before = noted.get(consentId)
    if (before !== undefined && nowMs - before < EVERY_MS) return
    if (noted.size >= MAX_REMEMBERED) noted.clear()
    noted.set(consentId, nowMs)
    pending.add(consentId)
  }

  async function flush(): Promise<void> {
    const ids = [...pending]
    pending = new Set()
    for (let from = 0; from < ids.length; from += MAX_BATCH) {
      await consents.touch(ids.slice(from, from + MAX_BATCH), clock.now())
    }
  }

  return { asked, flush }
}
