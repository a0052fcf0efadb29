import type { Clock } from './core/clock.ts'
import type { Logger } from './logger.ts'

/** What the process itself gives a service. */
export interface Surroundings {
  readonly clock: Clock
  readonly log: Logger
  /** How long a stop goes on serving while `/readyz` says `draining`; none by default. */
  readonly drainPauseMs?: number
}
