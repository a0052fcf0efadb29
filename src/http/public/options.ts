import type { FastifyBaseLogger } from 'fastify'
import type { Broker } from '../../core/broker.ts'
import type { Tracer } from '../../core/tracing.ts'
import type { Bounds } from '../limits/bounds.ts'

export interface PublicOptions {
  readonly broker: Pick<Broker, 'openStartLink' | 'receiveCallback'>
  readonly log: FastifyBaseLogger
  /** The path of BANK_REDIRECT_URI. */
  readonly callbackPath: string
  /** False on loopback only: then cookies work over plain HTTP. */
  readonly secure: boolean
  /** `maxRate` is an address's, a minute. */
  readonly bounds: Bounds
  /** Whose `X-Forwarded-For` is believed: addresses, or networks as `10.0.0.0/8`. */
  readonly trustedProxies: readonly string[]
  readonly tracer?: Tracer
}
