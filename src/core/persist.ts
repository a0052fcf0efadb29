import type { Ports } from './ports.ts'
import { backoffMs } from './tokens.ts'

export interface PersistOptions {
  readonly onFailure?: () => void
  /** No more tries once it is aborted: the last failure is raised. */
  readonly signal?: AbortSignal
}

export type Persist = <T>(consentId: string, write: () => Promise<T>, options?: PersistOptions) => Promise<T>

/** Makes the function that tries until the database has taken it: what the bank told us is never dropped for its sake. */
export function createPersist({ clock, log }: Pick<Ports, 'clock' | 'log'>): Persist {
  return async (consentId, write, { onFailure, signal } = {}) => {
    for (let failures = 0; ; failures += 1) {
      try {
        return await write()
      } catch (err) {
        if (signal?.aborted) throw err
        log.warn({ consentId, err, failures }, 'an answer of the bank is not saved yet')
        onFailure?.()
        await clock.sleep(backoffMs(Math.min(failures, 4), clock.chance()), signal)
        if (signal?.aborted) throw err
      }
    }
  }
}
