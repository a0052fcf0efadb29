import type { Audit } from '../check/audit.ts'
import type { Expectation } from '../parts.ts'

/** For faults that the design leaves no room to lose anything under. */
export function noneLost({ losses }: Audit): Expectation {
  return { what: 'consents lost in all', figure: losses.length, reach: '0', holds: losses.length === 0 }
}
