import type { Caller } from './caller.ts'
import type { HoldInput } from './consent-store.ts'
import { RequestError } from './errors.ts'
import { assertAllowed } from './permissions.ts'
import type { Ports } from './ports.ts'

const DEFAULT_HOLD_MS = 3_600_000
const LONGEST_HOLD_MS = 24 * 3_600_000

/** Stops refreshing at the bank for all replicas, by hand and for a time; hand-outs go on (DESIGN 4.4). */
export function createHoldRefreshing({ bank, clock, consents, log }: Ports) {
  async function hold(caller: Caller, reason: string, until: Date | null): Promise<HoldInput> {
    assertAllowed(caller, 'holdRefreshing')
    const now = clock.now()
    const held = { by: caller.id, reason, until: until ?? new Date(now.getTime() + DEFAULT_HOLD_MS) }
    const lengthMs = held.until.getTime() - now.getTime()
    if (lengthMs <= 0) throw new RequestError('until', 'must be in the future')
    if (lengthMs > LONGEST_HOLD_MS) throw new RequestError('until', 'must be within 24 hours from now')
    await consents.hold(bank.id, held)
    log.warn({ callerId: held.by, reason, until: held.until }, 'refreshing held')
    return held
  }

  async function resume(caller: Caller): Promise<void> {
    assertAllowed(caller, 'resumeRefreshing')
    await consents.resume(bank.id, caller.id)
    log.warn({ callerId: caller.id }, 'refreshing resumed')
  }

  return { hold, resume }
}
