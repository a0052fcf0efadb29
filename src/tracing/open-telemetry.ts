import { hostname } from 'node:os'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { resourceFromAttributes } from '@opentelemetry/resources'
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace'
import type { Log } from '../core/ports.ts'
import { tellOfTrouble } from './export-spans.ts'
import type { OpenedTracing, TracingOptions } from './index.ts'
import { createTracer } from './tracer.ts'

/** Beyond it spans are dropped: nothing waits for a collector. */
const MOST_SPANS_WAITING = 4_096
const SEND_EVERY_MS = 1_000
/** With the exporter's tries again. */
const SEND_WITHIN_MS = 3_000
/** Of one attribute: a long statement is cut. */
const LONGEST_VALUE = 2_000

/** Starts to send traces over OTLP/HTTP. Who calls decides whether a trace is sampled, where they say so. */
export function startTracing({ endpoint, sampleRatio }: TracingOptions, log: Log): OpenedTracing {
  const exporter = tellOfTrouble(new OTLPTraceExporter({ url: endpoint, timeoutMillis: SEND_WITHIN_MS }), log)
  const provider = new TracerProvider({
    resource: resourceFromAttributes({
      'service.name': 'token-broker',
      'service.instance.id': `${hostname()}-${process.pid}`,
    }),
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(sampleRatio) }),
    spanLimits: { attributeValueLengthLimit: LONGEST_VALUE, linkCountLimit: 16 },
    spanProcessors: [
      new BatchSpanProcessor({
        exporter,
        maxQueueSize: MOST_SPANS_WAITING,
        scheduledDelayMillis: SEND_EVERY_MS,
        exportTimeoutMillis: 2 * SEND_WITHIN_MS,
      }),
    ],
  })
  return { tracer: createTracer(provider.getTracer('token-broker')), stop: () => provider.shutdown() }
}
