import type { Listener } from '../limits/load-metrics.ts'
import { type Instruments, membersOf } from './instruments.ts'

/** A route by its pattern, never a URL; `other` is what no route of ours takes. */
export interface MeteredRoute {
  readonly listener: Listener
  readonly method: string
  readonly route: string
}

export interface RequestMeter {
  /** Its counts begin at 0. */
  routeServed(route: MeteredRoute): void
  requestAnswered(route: MeteredRoute, status: number, tookMs: number): void
}

const CLASSES = membersOf<'2xx' | '3xx' | '4xx' | '5xx'>({
  '2xx': true,
  '3xx': true,
  '4xx': true,
  '5xx': true,
})
const LISTENERS = membersOf<Listener>({ internal: true, public: true })
const BUCKETS = [0.001, 0.005, 0.025, 0.1, 0.5, 1, 2.5, 10, 60]

export function requestMetrics({ counter, histogram }: Instruments): RequestMeter {
  // Only routes that are served are known, one after the other.
  const open: readonly string[] = []
  const of = { listener: LISTENERS, method: open, route: open }
  const answered = counter({
    name: 'token_broker_http_requests_total',
    help: 'Answered requests by listener, method, pattern of the route and class of the status.',
    labels: { ...of, status: CLASSES },
  })
  const duration = histogram(
    {
      name: 'token_broker_http_request_duration_seconds',
      help: 'How long requests took, by listener, method and pattern of the route.',
      labels: of,
    },
    BUCKETS,
  )
  return {
    routeServed: (route) => {
      for (const status of CLASSES) answered({ ...route, status }, 0)
    },
    requestAnswered: (route, status, tookMs) => {
      answered({ ...route, status: CLASSES[Math.floor(status / 100) - 2] ?? '5xx' })
      duration(route, tookMs)
    },
  }
}
