import type { Clock } from './core/clock.ts'
import type { ServerLimits } from './http/limits/server-limits.ts'
import type { StrainLimits } from './http/limits/strain.ts'
import type { Logger } from './logger.ts'

/** What the process itself gives a service. */
export interface Surroundings {
  readonly clock: Clock
  readonly log: Logger
  /** How long a stop goes on serving while `/readyz` says `draining`; none by default. */
  readonly drainPauseMs?: number
  /** Other bounds than the built-in ones. */
  readonly limits?: {
    readonly internal?: Partial<ServerLimits>
    readonly public?: Partial<ServerLimits>
    readonly strain?: Partial<StrainLimits>
    /** After how long a background loop that does not turn fails `/livez`. */
    readonly longestTurnMs?: number
  }
}
