import { type Instruments, membersOf } from '../metrics/instruments.ts'

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

const LISTENERS = membersOf<Listener>({ internal: true, public: true })

const REASONS = membersOf<RefusalReason>({
  caller_rate: true,
  address_rate: true,
  bad_keys: true,
  connections: true,
  in_flight: true,
  event_loop: true,
  heap: true,
})

/** `onScrape` is given what is to be done before each. */
export function loadMetrics(
  { counter, gauge }: Instruments,
  onScrape: (tell: () => void) => void,
): LoadMeter {
  const refused = counter({
    name: 'token_broker_refused_requests_total',
    help: 'Requests and connections turned away by a limit or under load, by listener and reason.',
    labels: { listener: LISTENERS, reason: REASONS },
  })
  const watched = new Map<Listener, () => number>()
  const inFlight = gauge({
    name: 'token_broker_requests_in_flight',
    help: 'Requests whose answer has not left yet, or that are still worked at, by listener.',
    labels: { listener: LISTENERS },
  })
  onScrape(() => {
    for (const [listener, count] of watched) inFlight({ listener }, count())
  })
  return {
    refused: (listener, reason) => refused({ listener, reason }),
    watchInFlight: (listener, count) => void watched.set(listener, count),
  }
}
