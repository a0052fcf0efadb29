import type { Clock } from '../core/clock.ts'
import type { Log } from '../core/ports.ts'
import { NO_TRACING, type Tracer } from '../core/tracing.ts'
import { withinMs } from '../core/within.ts'

export { traceFields } from './current.ts'

export interface TracingOptions {
  /** TRACING_ENDPOINT: where OTLP/HTTP is taken. */
  readonly endpoint: string
  /** TRACING_SAMPLE_RATIO: of traces that begin here, from 0 to 1. */
  readonly sampleRatio: number
}

export interface OpenedTracing {
  readonly tracer: Tracer
  /** Sends what is left, for a moment at most. */
  stop(): Promise<void>
}

interface Surroundings {
  readonly clock: Pick<Clock, 'sleep'>
  readonly log: Log
}

const STOP_WITHIN_MS = 2_000

/** Opens tracing; without options nothing of OpenTelemetry is even loaded. */
export async function openTracing(
  options: TracingOptions | null,
  { clock, log }: Surroundings,
): Promise<OpenedTracing> {
  if (options === null) return { tracer: NO_TRACING, stop: async () => {} }
  const { startTracing } = await import('./open-telemetry.ts')
  const { tracer, stop } = startTracing(options, log)
  return { tracer, stop: () => stopSoon(stop, clock) }
}

/** What cannot be sent has been told of; it is no reason for an end that fails. */
async function stopSoon(stop: () => Promise<void>, clock: Surroundings['clock']): Promise<void> {
  const stopped = stop().catch(() => {})
  await withinMs(clock, stopped, STOP_WITHIN_MS)
}
