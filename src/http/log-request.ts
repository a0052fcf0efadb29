import type { FastifyReply, FastifyRequest } from 'fastify'

/** One line a request: the route's pattern, never the URL, which may carry a code or a ticket. */
export function logRequest(request: FastifyRequest, reply: FastifyReply, more: object = {}): void {
  if (request.routeOptions.config.quiet === true && reply.statusCode < 400) return
  const fields = {
    method: request.method,
    route: request.routeOptions.url ?? 'none',
    status: reply.statusCode,
    durationMs: Math.round(reply.elapsedTime * 10) / 10,
    callerId: request.caller?.id,
    ...more,
  }
  request.log.info(fields, 'request')
}
