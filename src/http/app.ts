import { randomUUID } from 'node:crypto'
import http, { type IncomingMessage, type ServerResponse } from 'node:http'
import type { ServerOptions as HttpsOptions } from 'node:https'
import type { Socket } from 'node:net'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  fastify,
  LogController,
  type RawServerDefault,
} from 'fastify'
import { assertMessage } from './assert-message.ts'
import { createInFlight } from './in-flight.ts'
import type { Bounds } from './limits/bounds.ts'
import type { Listener } from './limits/load-metrics.ts'
import { fastifyLimits, limitServer, type ServerLimits, serverOptions } from './limits/server-limits.ts'
import { createAdmit } from './limits/shed-load.ts'
import { refuseMalformedMessages } from './malformed-message.ts'
import { HttpError, notFound } from './problem.ts'
import './request-types.ts'
import { createValidatorCompiler } from './validation.ts'

export type App = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>

export interface AppOptions {
  readonly log: FastifyBaseLogger
  /** Schemas that routes refer to by `$id`. */
  readonly schemas: Iterable<object>
  readonly exposeHeadRoutes: boolean
  readonly listener: Listener
  readonly bounds: Bounds
  /** Some room is kept for routes that are shed last. */
  readonly reservesRoom: boolean
  /** Fastify's: whose `X-Forwarded-For` is believed; nobody's when left out. */
  readonly trustProxy?: string[]
  /** Answers an error in the app's own form: a problem document, or a page. */
  readonly answerError: (error: unknown, request: FastifyRequest, reply: FastifyReply) => FastifyReply
  /** Of every answer, whatever it is; a route may say otherwise. */
  readonly headers: Readonly<Record<string, string>>
  /** Null speaks plain HTTP. */
  readonly https: HttpsOptions | null
  /** Raises for what may not even ask whether there is anything at its path. */
  readonly admit: (request: FastifyRequest, reply: FastifyReply) => void
}

const BODY_LIMIT_BYTES = 64 * 1024
/** All that Node's parser knows, save CONNECT, which asks for a tunnel and never becomes a request. */
const METHODS = http.METHODS.filter((method) => method !== 'CONNECT')

/** Builds an app that answers every error in its own form; it neither listens nor reads settings. */
export function buildApp(options: AppOptions): App {
  const { log, schemas, exposeHeadRoutes, answerError, listener, bounds, headers, https, admit } = options
  const inFlight = createInFlight()
  const { unanswered } = inFlight
  const latest = new WeakMap<Socket, ServerResponse>()
  const app = fastify({
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    bodyLimit: BODY_LIMIT_BYTES,
    ...fastifyLimits(bounds.server),
    exposeHeadRoutes,
    trustProxy: options.trustProxy ?? false,
    ...listenerOptions(https, bounds.server),
    genReqId: requestIdOf,
    rewriteUrl: withoutFragment,
    // The length of the URL is judged as a whole; the router's own limit would end in an error of its own kind.
    routerOptions: { maxParamLength: Number.MAX_SAFE_INTEGER },
    // No hook is called where the URL is malformed.
    frameworkErrors: (error, request, reply) =>
      logRequest(
        request,
        answerError(error, request, reply.headers(headers).header('x-request-id', request.id)),
      ),
    clientErrorHandler: refuseMalformedMessages({ log, unanswered, latest, headers }),
    return503OnClosing: false,
  }).withTypeProvider<TypeBoxTypeProvider>()
  app.server.prependListener('request', ({ socket }, answer) => void latest.set(socket, answer))
  // An expectation we do not know may be ignored (RFC 9110 section 10.1.1); Node would answer an empty 417.
  app.server.on('checkExpectation', (request, response) => app.server.emit('request', request, response))
  limitServer(app.server, bounds.server, () => bounds.meter.refused(listener, 'connections'))
  for (const method of METHODS) {
    if (!app.supportedMethods.includes(method)) app.addHttpMethod(method)
  }
  for (const schema of schemas) app.addSchema(schema)
  app.setValidatorCompiler(createValidatorCompiler(schemas))
  // Views are built to the schema, and tests hold every answer to it: compiling serializers only slows the start.
  app.setSerializerCompiler(() => JSON.stringify)
  app.decorate('unanswered', unanswered)
  app.decorate('sockets', watchSockets(app.server))
  app.setErrorHandler((error, request, reply) => answerError(error, request, reply))
  app.setNotFoundHandler((request, reply) => answerError(notFound(), request, reply))
  const shed = createAdmit(listener, bounds, options.reservesRoom)
  bounds.meter.watchInFlight(listener, inFlight.count)
  app.addHook('onRequest', async (request, reply) => {
    inFlight.begin(reply.raw)
    reply.headers(headers).header('x-request-id', request.id)
    shed(inFlight.count(), request.routeOptions.config.shedding)
    assertMessage(request.raw)
    admit(request, reply)
    // Before the body is looked at: nothing is wrong with a body where nobody would have read it.
    if (request.is404) throw notFound()
  })
  app.addHook('preHandler', (_request, reply, done) => {
    inFlight.work(reply.raw)
    done()
  })
  app.addHook('onSend', (_request, reply, _payload, done) => {
    inFlight.workDone(reply.raw)
    done()
  })
  app.addHook('onResponse', async (request, reply) => logRequest(request, reply))
  return app
}

/** Every connection that is open, also where TLS has not come to an agreement yet. */
function watchSockets(server: RawServerDefault): ReadonlySet<Socket> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  return sockets
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

/** One line a request: the route's pattern, never the URL, which may carry a code or a ticket. */
function logRequest(request: FastifyRequest, reply: FastifyReply): void {
  if (request.routeOptions.config.quiet === true && reply.statusCode < 400) return
  const fields = {
    method: request.method,
    route: request.routeOptions.url ?? 'none',
    status: reply.statusCode,
    durationMs: Math.round(reply.elapsedTime * 10) / 10,
    callerId: request.caller?.id,
  }
  request.log.info(fields, 'request')
}

/**
 * Answers the methods a path does not take with 405 and `Allow` (RFC 9110 section 15.5.6). To be called before
 * the routes are added; what it returns, after.
 */
export function refuseOtherMethods(app: App): () => void {
  const taken = new Map<string, Set<string>>()
  let listening = true
  app.addHook('onRoute', ({ url, method, schema }) => {
    if (!listening || isHidden(schema)) return
    const methods = taken.get(url) ?? new Set()
    for (const name of [method].flat()) methods.add(name)
    taken.set(url, methods)
  })
  return () => {
    listening = false
    for (const [url, methods] of taken) refuseAllBut(app, url, methods)
  }
}

function isHidden(schema: object | undefined): boolean {
  return schema !== undefined && 'hide' in schema && schema.hide === true
}

function refuseAllBut(app: App, url: string, taken: ReadonlySet<string>): void {
  const allow = [...taken].sort().join(', ')
  const refused = METHODS.filter((method) => !taken.has(method))
  if (refused.length === 0) return
  app.route({
    url,
    method: refused,
    schema: { hide: true },
    onRequest: async () => {
      throw new HttpError('method_not_allowed', `This path takes ${allow}.`, { headers: { allow } })
    },
    handler: () => {},
  })
}
