import type { FastifyBaseLogger } from 'fastify'
import type { BankCertificate } from '../../core/bank-certificate.ts'
import type { Broker } from '../../core/broker.ts'
import type { Clock } from '../../core/clock.ts'
import type { Liveness } from '../../core/liveness.ts'
import type { RecognizeCaller } from '../../core/recognition.ts'
import type { Tracer } from '../../core/tracing.ts'
import type { createAuthenticate } from '../authenticate.ts'
import type { Bounds } from '../limits/bounds.ts'
import type { ListenerTls } from '../listener-tls.ts'
import type { Metrics } from '../metrics.ts'
import type { ClockSkew, Shown } from '../views.ts'

export interface InternalOptions {
  readonly broker: Broker
  readonly clock: Pick<Clock, 'now'>
  readonly log: FastifyBaseLogger
  readonly recognize: RecognizeCaller
  readonly metrics: Metrics
  readonly metricsNeedCaller: boolean
  readonly keyIds: readonly string[]
  readonly clockSkew: () => ClockSkew
  readonly bankCertificate: () => BankCertificate | null
  /** Null where the listener speaks plain HTTP. */
  readonly tls: ListenerTls | null
  /** Says why the service is not ready, or null. */
  readonly unready: () => string | null
  /** What the start waits for, as a sentence; null where it waits for nothing. */
  readonly waitsFor: () => string | null
  readonly stalledLoops: Liveness['stalled']
  /** `maxRate` is a caller's, a second. */
  readonly bounds: Bounds
  readonly tracer?: Tracer
}

/** What routes are given. */
export interface RouteContext extends InternalOptions {
  readonly authenticate: ReturnType<typeof createAuthenticate>
  /** For what needs the database; raises `storage_unavailable` before it is known to be fit for use. */
  readonly refuseWhileStarting: () => Promise<void>
  /** What views go by, for an answer that is given now. */
  readonly shown: () => Shown
}
