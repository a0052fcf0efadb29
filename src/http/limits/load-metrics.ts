import { Counter, Gauge, type Registry } from 'prom-client'

export type Listener = 'internal' | 'public'

/** Why a request or a connection was not served. */
export type RefusalReason =
  | 'caller_rate'
  | 'address_rate'
  | 'bad_keys'
  | 'connections'
  | 'in_flight'
  | 'event_loop'
  | 'heap'

/** Tells of load, and of what was refused for it. */
export interface LoadMeter {
  refused(listener: Listener, reason: RefusalReason): void
  /** How many requests are in flight is read whenever metrics are. */
  watchInFlight(listener: Listener, count: () => number): void
}

export function loadMetrics(registry: Registry): LoadMeter {
  const registers = [registry]
  const refused = new Counter({
    name: 'token_broker_refused_requests_total',
    help: 'Requests and connections turned away by a limit or under load, by listener and reason.',
    labelNames: ['listener', 'reason'] as const,
    registers,
  })
  const watched = new Map<Listener, () => number>()
  new Gauge({
    name: 'token_broker_requests_in_flight',
    help: 'Requests whose answer has not left yet, or that are still worked at, by listener.',
    labelNames: ['listener'] as const,
    registers,
    collect() {
      for (const [listener, count] of watched) this.set({ listener }, count())
    },
  })
  return {
    refused: (listener, reason) => refused.inc({ listener, reason }),
    watchInFlight: (listener, count) => void watched.set(listener, count),
  }
}
