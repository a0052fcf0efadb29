import {
  type Context,
  type Span as OtelSpan,
  type Tracer as OtelTracer,
  ROOT_CONTEXT,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api'
import { parseTraceParent } from '@opentelemetry/core'
import type { OpenSpan, Traced, Tracer } from '../core/tracing.ts'
import { current } from './current.ts'
import { failureOf } from './failure.ts'

const KINDS = { server: SpanKind.SERVER, client: SpanKind.CLIENT, internal: SpanKind.INTERNAL } as const

/** The core's tracer over OpenTelemetry's. It registers nothing globally: two services in a process do not meet. */
export function createTracer(otel: OtelTracer): Tracer {
  const contexts = new WeakMap<OpenSpan, SpanContext>()

  function begin({ name, kind, attributes = {}, traceparent }: Traced): OpenSpan {
    const parent = kind === 'server' ? remote(traceparent) : here()
    const span = otel.startSpan(name, { kind: KINDS[kind], attributes }, parent)
    const open = openSpan(span, trace.setSpan(parent, span))
    contexts.set(open, span.spanContext())
    return open
  }

  return {
    begin,
    span: async (what, work) => {
      const span = begin(what)
      try {
        return await span.run(() => work(span))
      } catch (error) {
        span.failed(failureOf(error))
        throw error
      } finally {
        span.end()
      }
    },
    isTracing: () => trace.getSpan(here())?.isRecording() === true,
    ended: ({ name, kind, attributes = {} }, durationMs, failure) => {
      const startTime = Date.now() - durationMs
      const span = otel.startSpan(name, { kind: KINDS[kind], attributes, startTime }, here())
      if (failure !== null) fail(span, failureOf(failure))
      span.end(startTime + durationMs)
    },
    waitsFor: (span) => {
      const context = contexts.get(span)
      if (context !== undefined) trace.getSpan(here())?.addLink({ context })
    },
  }
}

function here(): Context {
  return current.getStore()?.context ?? ROOT_CONTEXT
}

/** Of what the caller says only this is taken: no `tracestate`, no `baggage`. */
function remote(traceparent: string | undefined): Context {
  const parent = traceparent === undefined ? null : parseTraceParent(traceparent)
  return parent === null ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, { ...parent, isRemote: true })
}

function openSpan(span: OtelSpan, context: Context): OpenSpan {
  const { traceId, spanId, traceFlags } = span.spanContext()
  const flags = traceFlags.toString(16).padStart(2, '0')
  return {
    headers: { traceparent: `00-${traceId}-${spanId}-${flags}` },
    note: (attributes) => void span.setAttributes(attributes),
    failed: (reason) => fail(span, reason),
    run: (work) => current.run({ context, traceId, spanId }, work),
    end: () => span.end(),
  }
}

function fail(span: OtelSpan, reason: string): void {
  span.setAttribute('error.type', reason).setStatus({ code: SpanStatusCode.ERROR })
}
