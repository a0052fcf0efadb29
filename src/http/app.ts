import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ServerOptions as HttpsOptions } from 'node:https'
import type { Socket } from 'node:net'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  fastify,
  type RawServerDefault,
} from 'fastify'
import { NO_TRACING, type Tracer } from '../core/tracing.ts'
import { assertMessage } from './assert-message.ts'
import { fastifyOptions } from './fastify-options.ts'
import { createInFlight, type InFlight } from './in-flight.ts'
import type { Bounds } from './limits/bounds.ts'
import type { Listener } from './limits/load-metrics.ts'
import { createRefusalLog } from './limits/refusal-log.ts'
import { limitServer } from './limits/server-limits.ts'
import { createAdmit } from './limits/shed-load.ts'
import { logRequest } from './log-request.ts'
import { measureRequests } from './measure-requests.ts'
import { knowEveryMethod } from './methods.ts'
import { notFound } from './problem.ts'
import { withinRequest } from './request-context.ts'
import './request-types.ts'
import { traceRequests } from './trace-requests.ts'
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
  readonly tracer: Tracer | undefined
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

/** Builds an app that answers every error in its own form; it neither listens nor reads settings. */
export function buildApp(options: AppOptions): App {
  const inFlight = createInFlight()
  const app = createServer(options, inFlight)
  knowRequests(app, options)
  knowEveryMethod(app)
  knowSchemas(app, options)
  answerErrors(app, options)
  traceRequests(app, options.listener, options.tracer ?? NO_TRACING)
  receive(app, options, inFlight)
  watchWork(app, inFlight)
  measureRequests(app, options.listener, options.bounds.meter)
  app.addHook('onResponse', async (request, reply) => logRequest(request, reply))
  return app
}

/** A body's end is an event of its connection, which knows of no request: it is told anew. */
function knowRequests(app: App, { bounds, log }: AppOptions): void {
  const inContext = (request: FastifyRequest, _reply: FastifyReply, done: () => void) =>
    withinRequest(request.id, done)
  app.addHook('onRequest', inContext)
  app.addHook('preValidation', inContext)
  app.decorateRequest('refusal', null)
  const onCounted = (count: number) =>
    log.warn({ count }, 'requests were refused that have no line of their own')
  app.decorate('refusalLog', createRefusalLog({ ...bounds, onCounted }))
}

function createServer(options: AppOptions, { unanswered }: InFlight): App {
  const { listener, bounds } = options
  const latest = new WeakMap<Socket, ServerResponse>()
  const app: App = fastify(
    fastifyOptions(options, { unanswered, latest }),
  ).withTypeProvider<TypeBoxTypeProvider>()
  app.server.prependListener('request', ({ socket }, answer) => void latest.set(socket, answer))
  // An expectation we do not know may be ignored (RFC 9110 section 10.1.1); Node would answer an empty 417.
  app.server.on('checkExpectation', (request, response) => app.server.emit('request', request, response))
  limitServer(app.server, bounds.server, () => bounds.meter.refused(listener, 'connections'))
  app.decorate('unanswered', unanswered)
  app.decorate('sockets', watchSockets(app.server))
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

function knowSchemas(app: App, { schemas }: AppOptions): void {
  for (const schema of schemas) app.addSchema(schema)
  app.setValidatorCompiler(createValidatorCompiler(schemas))
  // Views are built to the schema, and tests hold every answer to it: compiling serializers only slows the start.
  app.setSerializerCompiler(() => JSON.stringify)
}

function answerErrors(app: App, { answerError }: AppOptions): void {
  app.setErrorHandler((error, request, reply) => answerError(error, request, reply))
  app.setNotFoundHandler((request, reply) => answerError(notFound(), request, reply))
}

/** What is done with every request before anything else, in this order. */
function receive(
  app: App,
  { listener, bounds, reservesRoom, headers, admit }: AppOptions,
  inFlight: InFlight,
) {
  const shed = createAdmit(listener, bounds, reservesRoom)
  app.addHook('onRequest', async (request, reply) => {
    inFlight.begin(reply.raw)
    reply.headers(headers).header('x-request-id', request.id)
    shed(inFlight.count(), request.routeOptions.config.shedding)
    assertMessage(request.raw)
    admit(request, reply)
    // Before the body is looked at: nothing is wrong with a body where nobody would have read it.
    if (request.is404) throw notFound()
  })
  bounds.meter.watchInFlight(listener, inFlight.count)
}

function watchWork(app: App, { work, workDone }: InFlight): void {
  app.addHook('preHandler', (_request, reply, done) => {
    work(reply.raw)
    done()
  })
  app.addHook('onSend', (request, reply, _payload, done) => {
    workDone(reply.raw)
    // No answer leaves, and so no other hook is called.
    if (reply.raw.destroyed) logRequest(request, reply, { clientLeft: true })
    done()
  })
}
