import type { FastifyReply, FastifyRequest } from 'fastify'
import { NO_TRACING, type OpenSpan, type Tracer } from '../core/tracing.ts'
import type { App } from './app.ts'
import type { Listener } from './limits/load-metrics.ts'

const CONSENT_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** Makes a span of each request, by its route: a URL may carry a code or a ticket. Probes and scrapes have none. */
export function traceRequests(app: App, listener: Listener, tracer: Tracer): void {
  if (tracer === NO_TRACING) return
  const spans = new WeakMap<FastifyRequest, OpenSpan>()
  const within = (request: FastifyRequest, _: FastifyReply, done: () => void) => {
    const span = spans.get(request)
    if (span === undefined) done()
    else span.run(done)
  }

  app.addHook('onRequest', (request, reply, done) => {
    if (request.routeOptions.config.quiet !== true) {
      const span = tracer.begin(describe(request, listener))
      spans.set(request, span)
      reply.raw.once('close', () => conclude(span, request, reply))
    }
    within(request, reply, done)
  })
  // The body is read, and the answer sent, by events of the connection: they come from outside of the span.
  app.addHook('preValidation', (request, reply, done) => within(request, reply, done))
  app.addHook('onResponse', (request, reply, done) => within(request, reply, done))
}

/** Who comes from the internet does not say what their request belongs to. */
function describe({ method, id, routeOptions, headers }: FastifyRequest, listener: Listener) {
  const { url: route } = routeOptions
  const { traceparent } = headers
  const isGiven = listener === 'internal' && typeof traceparent === 'string'
  return {
    name: route === undefined ? method : `${method} ${route}`,
    kind: 'server',
    traceparent: isGiven ? traceparent : undefined,
    attributes: {
      'http.request.method': method,
      ...(route === undefined ? {} : { 'http.route': route }),
      'token_broker.listener': listener,
      'token_broker.request_id': id,
    },
  } as const
}

function conclude(span: OpenSpan, request: FastifyRequest, { raw, statusCode }: FastifyReply): void {
  const { id } = (request.params ?? {}) as { id?: unknown }
  const isOfConsent = request.routeOptions.url?.startsWith('/v1/consents/:id') === true
  span.note({
    'http.response.status_code': statusCode,
    ...(request.caller === null ? {} : { 'token_broker.caller_id': request.caller.id }),
    ...(isOfConsent && typeof id === 'string' && CONSENT_ID.test(id)
      ? { 'token_broker.consent_id': id }
      : {}),
  })
  if (!raw.writableFinished) span.failed('client_left')
  else if (statusCode >= 500) span.failed(String(statusCode))
  span.end()
}
