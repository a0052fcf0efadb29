import type { FastifyReply, FastifyRequest } from 'fastify'
import type { LogFields } from '../core/log-fields.ts'

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** One line a request: the route's pattern, never the URL, which may carry a code or a ticket. */
export function logRequest(
  request: FastifyRequest,
  reply: FastifyReply,
  more: Pick<LogFields, 'clientLeft'> = {},
): void {
  if (request.routeOptions.config.quiet === true && reply.statusCode < 400) return
  if (isRefused(request, reply) && !request.server.refusalLog.admits()) return
  // Where the URL is malformed a request has nothing of ours.
  const reason = request.refusal ?? undefined
  const fields: LogFields = {
    requestId: request.id,
    method: request.method,
    route: request.routeOptions.url ?? 'none',
    status: reply.statusCode,
    durationMs: Math.round(reply.elapsedTime * 10) / 10,
    callerId: request.caller?.id,
    consentId: consentIdOf(request),
    reason,
    ...more,
  }
  if (reason === undefined) request.log.info(fields, 'request')
  else request.log.warn(fields, 'request')
}

/** Before anybody knew who asks, or for asking too much: who floods the listener gets nothing else. */
function isRefused({ caller }: FastifyRequest, { statusCode }: FastifyReply): boolean {
  return statusCode === 401 || statusCode === 429 || (statusCode === 503 && caller === null)
}

function consentIdOf({ params, routeOptions }: FastifyRequest): string | undefined {
  if (routeOptions.url?.startsWith('/v1/consents/:id') !== true) return undefined
  const { id } = params as { id?: unknown }
  return typeof id === 'string' && ID.test(id) ? id : undefined
}
