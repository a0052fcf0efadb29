import { createLanes } from './lanes.ts'
import type { TlsIdentity } from './proven-connection.ts'
import { aheadOfServerMs } from './server-clock.ts'

/** How a bare request to an endpoint ended, with nothing in it that could be spent. */
export type Reached =
  | {
      readonly kind: 'answered'
      readonly status: number
      /** How far our clock is ahead; null where the answer has no date. */
      readonly aheadMs: number | null
    }
  /** The endpoint ended TLS because of our certificate. */
  | { readonly kind: 'certificate_rejected' }
  | { readonly kind: 'unreachable'; readonly reason: string }

export interface ReachOptions {
  readonly identity: TlsIdentity
  /** Whether the endpoint must show that it has taken our certificate, as the token endpoint does. */
  readonly proven: boolean
  readonly timeoutMs: number
  readonly now: () => Date
}

/**
 * Sends a GET without token, client id or API key, over a connection like those that tokens are sent on: it shows
 * what TLS comes to, and costs nothing. Raises OperatorError where certificate or key are unusable.
 */
export async function reachEndpoint(endpoint: string, options: ReachOptions): Promise<Reached> {
  const { identity, proven, timeoutMs, now } = options
  const lanes = createLanes(identity, { connections: 1 })
  const { pathname, search } = new URL(endpoint)
  const request = { method: 'GET', path: pathname + search, headers: {}, body: null } as const
  try {
    // What leaves must do so in half its time.
    const ended = await lanes.open(endpoint, { proven }).send(request, 2 * timeoutMs)
    if (ended.state === 'answered') {
      const aheadMs = aheadOfServerMs(ended.served, now().getTime() - performance.now())
      return { kind: 'answered', status: ended.status, aheadMs }
    }
    const { reason } = ended
    return reason === 'certificate_rejected' ? { kind: reason } : { kind: 'unreachable', reason }
  } finally {
    await lanes.close()
  }
}
