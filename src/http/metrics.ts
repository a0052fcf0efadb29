import { Counter, collectDefaultMetrics, Registry } from 'prom-client'
import type { Meter } from '../core/ports.ts'

export interface Metrics extends Meter {
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
  return {
    handOut: (result) => handOuts.inc({ result }),
    rotation: (outcome) => rotations.inc({ outcome }),
    contentType: registry.contentType,
    text: () => registry.metrics(),
  }
}
