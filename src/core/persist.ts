import type { CoreSettings, Ports } from './ports.ts'
import { backoffMs } from './tokens.ts'

export interface PersistOptions {
  readonly onFailure?: () => void
  /** No more tries once it is aborted: the last failure is raised. */
  readonly signal?: AbortSignal
}

export type Persist = <T>(consentId: string, write: () => Promise<T>, options?: PersistOptions) => Promise<T>

/** Of SALVAGE_WAIT: a database that is back must be found so long before a claim counts as lost. */
const LONGEST_WAIT_SHARE = 0.1
/** However short SALVAGE_WAIT is, a database that is gone is not asked without a pause. */
const LONGEST_WAIT_AT_LEAST_MS = 100

/** Makes the function that tries until the database has taken it: what the bank told us is never dropped for its sake. */
export function createPersist(
  { clock, log }: Pick<Ports, 'clock' | 'log'>,
  { salvageWaitMs }: Pick<CoreSettings, 'salvageWaitMs'>,
): Persist {
  const longestMs = Math.max(LONGEST_WAIT_AT_LEAST_MS, salvageWaitMs * LONGEST_WAIT_SHARE)
  return async (consentId, write, { onFailure, signal } = {}) => {
    for (let failures = 0; ; failures += 1) {
      try {
        return await write()
      } catch (err) {
        if (signal?.aborted) throw err
        log.warn({ consentId, err, failures }, 'an answer of the bank is not saved yet')
        onFailure?.()
        await clock.sleep(Math.min(longestMs, backoffMs(Math.min(failures, 4), clock.chance())), signal)
        if (signal?.aborted) throw err
      }
    }
  }
}
