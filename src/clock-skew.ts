import type { ClockSkew } from './http/views.ts'
import type { Logger } from './logger.ts'

export type Against = keyof ClockSkew

export interface SkewRecord {
  /** How far this process's clock is ahead of others, in milliseconds; null where it is not known. */
  current(): ClockSkew
  report(against: Against, aheadMs: number): void
}

export interface SkewRecordOptions {
  readonly log: Pick<Logger, 'warn' | 'info'>
  readonly gauge: (against: Against, seconds: number) => void
}

/** Tokens end to the second: a caller's clock, or the bank's, that is further off is worth a look. */
const WORTH_A_WARNING_MS = 2_000

/** Keeps what was measured, shows it, and warns once where it passes what is worth a look. */
export function createSkewRecord({ log, gauge }: SkewRecordOptions): SkewRecord {
  const latest = { database: null as number | null, bank: null as number | null }
  const warned = new Set<Against>()

  function report(against: Against, measuredMs: number): void {
    const aheadMs = Math.round(measuredMs)
    latest[against] = aheadMs
    gauge(against, aheadMs / 1000)
    const skewed = Math.abs(aheadMs) > WORTH_A_WARNING_MS
    if (skewed === warned.has(against)) return
    if (skewed) warned.add(against)
    else warned.delete(against)
    tell(skewed, { against, aheadSeconds: aheadMs / 1000 })
  }

  function tell(skewed: boolean, fields: object): void {
    if (skewed) log.warn(fields, 'the clock of this machine is skewed')
    else log.info(fields, 'the clock of this machine is well again')
  }

  return { current: () => ({ ...latest }), report }
}
