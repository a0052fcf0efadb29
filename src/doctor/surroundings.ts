import type { Clock } from '../core/clock.ts'

/** What a check sees: the settings as the service would, and the time. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly clock: Clock
  /** How long one check may take. */
  readonly timeoutMs: number
}
