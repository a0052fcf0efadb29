import type { FastifyReply, FastifyRequest } from 'fastify'
import { NO_TRACING, type OpenSpan, type Tracer } from '../core/tracing.ts'
import type { App } from './app.ts'
import type { Listener } from './limits/load-metrics.ts'

const CONSENT_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** Makes a span of each request, by its route: a URL may carry a code or a ticket. Probes and scrapes have none. */
export function traceRequests(app: App, listener: Listener, tracer: Tracer): void {
  if (tracer === NO_TRACING) return
  // Fastify itself keeps what follows within the span, also where body and answer are events of the connection.
  app.addHook('onRequest', (request, reply, done) => {
    if (request.routeOptions.config.quiet === true) return done()
    const span = tracer.begin(describe(request, listener))
    reply.raw.once('close', () => conclude(span, request, reply))
    span.run(done)
  })
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
