import { collectDefaultMetrics, Registry } from 'prom-client'
import type { BankCertificate } from '../core/bank-certificate.ts'
import type { Meter } from '../core/ports.ts'
import type { Refusal } from '../core/recognition.ts'
import { certificateMetric } from './bank-certificate.ts'
import { type LoadMeter, loadMetrics } from './limits/load-metrics.ts'
import { answerMetrics } from './metrics/answers.ts'
import { type BankMeter, bankMetrics } from './metrics/bank-calls.ts'
import { gateMetrics } from './metrics/gate.ts'
import { type HandOutMeter, handOutMetrics } from './metrics/hand-outs.ts'
import { createInstruments, type Instruments, type Listed, membersOf } from './metrics/instruments.ts'
import { type OverviewMeter, overviewMetrics } from './metrics/overview.ts'
import { type ProcessMeter, processMetrics } from './metrics/process.ts'
import { type RequestMeter, requestMetrics } from './metrics/requests.ts'
import { rotationMetrics } from './metrics/rotations.ts'
import { type WebhookMeter, webhookMetrics } from './metrics/webhooks.ts'

/** Why a caller was turned away. */
type CallerRefusal = Refusal | 'identity_provider_unavailable'

export interface Metrics
  extends Meter,
    LoadMeter,
    HandOutMeter,
    BankMeter,
    OverviewMeter,
    ProcessMeter,
    RequestMeter,
    WebhookMeter {
  /** The client certificate in use. */
  bankCertificate(certificate: BankCertificate | null): void
  /** Somebody called whom the broker does not know. */
  callerRefused(reason: CallerRefusal): void
  /** The certificate of the internal listener in use. */
  internalCertificate(certificate: BankCertificate | null): void
  /** Metrics of others, made by the same rules. */
  readonly instruments: Instruments
  /** Called before each scrape, for what is read rather than counted. */
  onScrape(tell: () => void): void
  readonly contentType: string
  text(): Promise<string>
  /** Every metric of ours, as deploy/METRICS.md tells it. */
  listed(): readonly Listed[]
}

/** Counts in the Prometheus form; labels are closed sets, no consent and no caller among them. */
export function createMetrics(): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const instruments = createInstruments(registry)
  const { refresh, ...overview } = overviewMetrics(instruments)
  const tellers: (() => void)[] = []
  return {
    ...handOutMetrics(instruments),
    ...rotationMetrics(instruments),
    ...overview,
    ...gateMetrics(instruments),
    ...answerMetrics(instruments),
    ...bankMetrics(instruments),
    ...requestMetrics(instruments),
    ...loadMetrics(instruments, (tell) => tellers.push(tell)),
    callerRefused: refusedCallers(instruments),
    bankCertificate: certificateMetric(instruments, 'bank'),
    internalCertificate: certificateMetric(instruments, 'internal'),
    ...processMetrics(instruments),
    ...webhookMetrics(instruments),
    instruments,
    onScrape: (tell) => void tellers.push(tell),
    contentType: registry.contentType,
    text: async () => {
      await refresh()
      for (const tell of tellers) tell()
      return registry.metrics()
    },
    listed: instruments.listed,
  }
}

function refusedCallers({ counter }: Instruments): Metrics['callerRefused'] {
  const refused = counter({
    name: 'token_broker_callers_refused_total',
    help: 'Calls whose caller was not recognised, by reason.',
    labels: {
      reason: membersOf<CallerRefusal>({
        no_credentials: true,
        unknown_key: true,
        malformed: true,
        algorithm: true,
        token_type: true,
        unknown_signer: true,
        signature: true,
        issuer: true,
        audience: true,
        expired: true,
        not_yet_valid: true,
        sender_constrained: true,
        claims: true,
        identity_provider_unavailable: true,
      }),
    },
  })
  return (reason) => refused({ reason })
}
