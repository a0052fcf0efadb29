import { HttpError } from '../problem.ts'
import type { Bounds } from './bounds.ts'
import type { Listener } from './load-metrics.ts'
import type { Strain } from './strain.ts'

/** `never`: who looks whether we live must be answered. `last`: what a customer can't simply do again. */
export type Shedding = 'never' | 'last'

const RETRY_AFTER_SECONDS = 2
/** What is left for requests that are shed last. */
const RESERVED_SHARE = 0.2

/** Raises `overloaded` for a request that is one too many; `inFlight` counts it in. */
export type Admit = (inFlight: number, shedding: Shedding | undefined) => void

/**
 * Admits requests while there is room and nothing suffers. Refused before its body is read, one costs next to nothing.
 * `reserves`: some of the room is kept for those that are shed last, which strain alone does not refuse.
 */
export function createAdmit(listener: Listener, bounds: Bounds, reserves: boolean): Admit {
  const { server, strain, meter } = bounds
  const room = reserves ? Math.floor(server.maxInFlight * (1 - RESERVED_SHARE)) : server.maxInFlight

  function reasonTo(inFlight: number, isLast: boolean): Strain | 'in_flight' | null {
    if (inFlight > (isLast ? server.maxInFlight : room)) return 'in_flight'
    return isLast ? null : strain()
  }

  return (inFlight, shedding) => {
    if (shedding === 'never') return
    const reason = reasonTo(inFlight, shedding === 'last')
    if (reason === null) return
    meter.refused(listener, reason)
    throw new HttpError('overloaded', 'The broker has too much to do at the moment.', {
      headers: { 'retry-after': String(RETRY_AFTER_SECONDS) },
    })
  }
}
