import type { RequestMeter } from '../metrics/requests.ts'
import type { LoadMeter } from './load-metrics.ts'
import type { ServerLimits } from './server-limits.ts'
import type { Strain } from './strain.ts'

/** What bounds a listener, and whom it tells. */
export interface Bounds {
  readonly server: ServerLimits
  /** Requests of one caller a second, or of one address a minute; null sets no limit. */
  readonly maxRate: number | null
  readonly strain: () => Strain | null
  readonly meter: LoadMeter & RequestMeter
  readonly monotonicMs: () => number
  readonly sleep: (ms: number) => Promise<void>
}
