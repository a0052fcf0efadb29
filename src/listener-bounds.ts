import type { Settings } from './config.ts'
import type { Bounds } from './http/limits/bounds.ts'
import type { LoadMeter } from './http/limits/load-metrics.ts'
import { INTERNAL_LIMITS, PUBLIC_LIMITS, type ServerLimits } from './http/limits/server-limits.ts'
import { STRAIN_LIMITS, startStrainGauge } from './http/limits/strain.ts'
import type { RequestMeter } from './http/metrics/requests.ts'
import type { Releasers } from './releasers.ts'
import type { Surroundings } from './surroundings.ts'

/** An answer may wait for the bank this often, one after the other: Consent Info, a rotation, Consent Info again. */
const BANK_CALLS = 3

/** Brings together what bounds the two listeners; they share one watch over event loop and heap. */
export function startBounds(
  { limits, bank }: Settings,
  { clock, log, limits: others = {}, meter }: Surroundings & { readonly meter: LoadMeter & RequestMeter },
  releasers: Releasers,
): { readonly internal: Bounds; readonly public: Bounds } {
  const gauge = startStrainGauge({ clock, log }, { ...STRAIN_LIMITS, ...others.strain })
  releasers.add(() => gauge.stop())
  const common = {
    meter,
    monotonicMs: clock.monotonicMs,
    sleep: (ms: number) => clock.sleep(ms),
    strain: gauge.current,
  }
  const allowingForBank = (server: ServerLimits) => ({
    ...server,
    stalledAfterMs: server.stalledAfterMs + BANK_CALLS * bank.timeoutMs,
  })
  return {
    internal: {
      ...common,
      server: allowingForBank({ ...INTERNAL_LIMITS, ...others.internal }),
      maxRate: limits.callerMaxPerSecond,
    },
    public: {
      ...common,
      server: allowingForBank({ ...PUBLIC_LIMITS, ...others.public }),
      maxRate: limits.publicMaxPerMinute,
    },
  }
}
