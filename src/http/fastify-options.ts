import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { ServerOptions as HttpsOptions } from 'node:https'
import { type FastifyBaseLogger, LogController } from 'fastify'
import type { AppOptions } from './app.ts'
import { fastifyLimits, type ServerLimits, serverOptions } from './limits/server-limits.ts'
import { logRequest } from './log-request.ts'
import { type RefusalOptions, refuseMalformedMessages } from './malformed-message.ts'

const BODY_LIMIT_BYTES = 64 * 1024

/** What Fastify is told when it is made; `answers` are those of the app it becomes. */
export function fastifyOptions(options: AppOptions, answers: Pick<RefusalOptions, 'unanswered' | 'latest'>) {
  const { log, headers, exposeHeadRoutes, trustProxy = false, bounds, https } = options
  return {
    loggerInstance: log,
    // What a line is about it has from its request's context: none needs a logger of its own.
    childLoggerFactory: (logger: FastifyBaseLogger) => logger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_LIMIT_BYTES,
    exposeHeadRoutes,
    trustProxy,
    ...fastifyLimits(bounds.server),
    ...listenerOptions(https, bounds.server),
    genReqId: requestIdOf,
    rewriteUrl: withoutFragment,
    // The length of the URL is judged as a whole; the router's own limit would end in an error of its own kind.
    routerOptions: { maxParamLength: Number.MAX_SAFE_INTEGER },
    frameworkErrors: answerFrameworkErrors(options),
    clientErrorHandler: refuseMalformedMessages({ log, headers, ...answers }),
    return503OnClosing: false,
  }
}

/** No hook is called where the URL is malformed: what hooks do else is done here. */
function answerFrameworkErrors({ headers, answerError }: AppOptions): AppOptions['answerError'] {
  return (error, request, reply) => {
    const answered = answerError(error, request, reply.headers(headers).header('x-request-id', request.id))
    logRequest(request, answered)
    return answered
  }
}

/** Node would answer what lacks `Host` with an empty 400 of its own. */
function listenerOptions(https: HttpsOptions | null, limits: ServerLimits): object {
  const options = { requireHostHeader: false, ...serverOptions(limits) }
  return https === null ? { http: options } : { https: { ...https, ...options } }
}

/** A fragment is no part of a request (RFC 9112 section 3.2); the bank's redirects end in one (ABNAMRO.md 1.2). */
function withoutFragment({ url = '' }: IncomingMessage): string {
  return url.split('#', 1)[0] ?? ''
}

/** Takes the caller's request id where it is a harmless one, so that logs of both sides can be joined. */
function requestIdOf({ headers }: IncomingMessage): string {
  const given = headers['x-request-id']
  return typeof given === 'string' && /^[A-Za-z0-9._-]{1,100}$/.test(given) ? given : randomUUID()
}
