import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client'
import type { BankCertificate } from '../core/bank-certificate.ts'
import type { Meter } from '../core/ports.ts'
import type { Refusal } from '../core/recognition.ts'
import { certificateMetric } from './bank-certificate.ts'
import { type LoadMeter, loadMetrics } from './limits/load-metrics.ts'

export interface Metrics extends Meter, LoadMeter {
  /** How far this process's clock is ahead of another, once it is known. */
  clockSkew(against: 'database' | 'bank', seconds: number): void
  /** The client certificate in use. */
  bankCertificate(certificate: BankCertificate | null): void
  /** Somebody called whom the broker does not know. */
  callerRefused(reason: Refusal | 'identity_provider_unavailable'): void
  /** The certificate of the internal listener in use. */
  internalCertificate(certificate: BankCertificate | null): void
  readonly contentType: string
  text(): Promise<string>
}

/** Counts in the Prometheus form; labels are closed sets, no consent and no caller among them. */
export function createMetrics(): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const handOuts = new Counter({
    name: 'token_broker_hand_outs_total',
    help: 'Token requests by result.',
    labelNames: ['result'] as const,
    registers: [registry],
  })
  const rotations = new Counter({
    name: 'token_broker_rotations_total',
    help: 'Refresh tokens presented to the bank, by outcome.',
    labelNames: ['outcome'] as const,
    registers: [registry],
  })
  const replays = new Counter({
    name: 'token_broker_replays_total',
    help: 'Refresh tokens presented a second time because their answer was lost.',
    registers: [registry],
  })
  const canaries = new Counter({
    name: 'token_broker_canaries_total',
    help: 'Single calls that tried whether the bank is well, by result.',
    labelNames: ['result'] as const,
    registers: [registry],
  })
  const refusedCallers = new Counter({
    name: 'token_broker_callers_refused_total',
    help: 'Calls whose caller was not recognised, by reason.',
    labelNames: ['reason'] as const,
    registers: [registry],
  })
  const gauge = (name: string, help: string) => new Gauge({ name, help, registers: [registry] })
  const open = gauge(
    'token_broker_gate_open',
    'Whether refresh tokens are presented: 0 while the gate is closed or braked.',
  )
  const held = gauge('token_broker_refreshing_held', 'Whether refreshing is held by hand.')
  const score = gauge(
    'token_broker_gate_score',
    'What the gate has counted against the bank; it closes at 3.',
  )
  const window = gauge(
    'token_broker_refresh_window',
    'How many refreshes this replica may have in flight now.',
  )
  open.set(1)
  const clockSkew = new Gauge({
    name: 'token_broker_clock_skew_seconds',
    help: 'How far the clock of this process is ahead; against the bank, what its grain of a second leaves.',
    labelNames: ['against'] as const,
    registers: [registry],
  })
  const answers = answerMetrics(registry)
  return {
    ...answers,
    ...loadMetrics(registry),
    bankCertificate: certificateMetric(registry, 'bank'),
    internalCertificate: certificateMetric(registry, 'internal'),
    clockSkew: (against, seconds) => clockSkew.set({ against }, seconds),
    handOut: (result) => handOuts.inc({ result }),
    rotation: (outcome, isReplay) => {
      rotations.inc({ outcome })
      if (isReplay) replays.inc()
    },
    callerRefused: (reason) => refusedCallers.inc({ reason }),
    canary: (result) => canaries.inc({ result }),
    gate: (gate) => {
      open.set(Number(gate.open))
      held.set(Number(gate.held))
      score.set(gate.score)
      window.set(gate.window)
    },
    contentType: registry.contentType,
    text: () => registry.metrics(),
  }
}

/** Answers of the bank that are not in the database: any that stays calls for a look. */
function answerMetrics(registry: Registry): Pick<Meter, 'answers' | 'answerSetAside'> {
  const registers = [registry]
  const waiting = {
    unsaved: new Gauge({
      name: 'token_broker_unsaved_answers',
      help: 'Answers of the bank that the database has not taken at once, in memory.',
      registers,
    }),
    spooled: new Gauge({
      name: 'token_broker_spooled_answers',
      help: 'Answers of the bank in SPOOL_DIR that this process is to save.',
      registers,
    }),
  }
  const setAside = new Counter({
    name: 'token_broker_set_aside_answers_total',
    help: 'Answers that the database had no place for, kept under another name in SPOOL_DIR.',
    registers,
  })
  return {
    answers: (state, change) => waiting[state].inc(change),
    answerSetAside: () => setAside.inc(),
  }
}
