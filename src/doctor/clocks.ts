import { type Finding, ok, warning } from './finding.ts'

/** Tokens end to the second; the broker itself follows the database's clock. */
const WORTH_A_WARNING_MS = 2_000

/** Tells how far this machine's clock is off. */
export function describeSkew(whose: string, aheadMs: number): Finding {
  const seconds = Math.abs(Math.round(aheadMs / 100) / 10)
  if (Math.abs(aheadMs) <= WORTH_A_WARNING_MS) return ok(`Within ${WORTH_A_WARNING_MS / 1000} s of ${whose}.`)
  const where = aheadMs > 0 ? 'ahead of' : 'behind'
  return warning(`This machine's clock is ${seconds} s ${where} ${whose}: see to NTP on both.`)
}
