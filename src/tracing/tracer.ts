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
import { NO_TRACING, type OpenSpan, type Traced, type Tracer } from '../core/tracing.ts'
import { current } from './current.ts'
import { failureOf } from './failure.ts'

const KINDS = { server: SpanKind.SERVER, client: SpanKind.CLIENT, internal: SpanKind.INTERNAL } as const

/** The core's tracer over OpenTelemetry's. It registers nothing globally: two services in a process do not meet. */
export function createTracer(otel: OtelTracer): Tracer {
  const contexts = new WeakMap<OpenSpan, SpanContext>()

  /** What cannot be traced is done untraced. */
  function begin(what: Traced): OpenSpan {
    let open = NO_TRACING.begin(what)
    harmless(() => {
      open = start(what)
    })
    return open
  }

  function start({ name, kind, attributes = {}, traceparent }: Traced): OpenSpan {
    const parent = kind === 'server' ? remote(traceparent) : here()
    const span = otel.startSpan(name, { kind: KINDS[kind], attributes }, parent)
    const open = openSpan(span, trace.setSpan(parent, span))
    contexts.set(open, span.spanContext())
    return open
  }

  function add({ name, kind, attributes = {} }: Traced, durationMs: number, failure: unknown): void {
    const startTime = Date.now() - durationMs
    const span = otel.startSpan(name, { kind: KINDS[kind], attributes, startTime }, here())
    if (failure !== null) fail(span, failureOf(failure))
    span.end(startTime + durationMs)
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
    ended: (what, durationMs, failure) => harmless(() => add(what, durationMs, failure)),
    waitsFor: (span) => {
      const context = contexts.get(span)
      if (context !== undefined) harmless(() => trace.getSpan(here())?.addLink({ context }))
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
    note: (attributes) => harmless(() => span.setAttributes(attributes)),
    failed: (reason) => harmless(() => fail(span, reason)),
    run: (work) => current.run({ context, traceId, spanId }, work),
    end: () => harmless(() => span.end()),
  }
}

/** Of what is traced some is an answer of the bank, on its way to be saved: a defect of a library must not stop it. */
function harmless(work: () => unknown): void {
  try {
    work()
  } catch {
    // What nobody could be told of is not traced.
  }
}

function fail(span: OtelSpan, reason: string): void {
  span.setAttribute('error.type', reason).setStatus({ code: SpanStatusCode.ERROR })
}
