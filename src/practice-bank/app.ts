import { createServer, type RequestListener, type Server } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { Socket } from 'node:net'
import cookie from '@fastify/cookie'
import { type FastifyInstance, fastify } from 'fastify'
import { mountAuthorizationEndpoint } from './authorization-endpoint.ts'
import type { BankState } from './bank-state.ts'
import { mountConsentApplication } from './consent-application.ts'
import { mountControlInterface } from './control-interface.ts'
import { mountGateway } from './gateway/mount-gateway.ts'
import type { PracticeBankOptions } from './options.ts'
import { mountTokenEndpoint } from './token-endpoint.ts'

const keepAliveTimeoutMs = 72_000

/** Builds the bank's HTTP server without listening. */
export function buildApp(
  state: BankState,
  { https, controlInterface }: PracticeBankOptions,
): FastifyInstance {
  const app = fastify({
    exposeHeadRoutes: false,
    ajv: { customOptions: { removeAdditional: false, coerceTypes: false, allowUnionTypes: true } },
    serverFactory: (handler) => endingServer(makeServer(handler, https)),
  })
  app.setNotFoundHandler((_request, reply) => reply.code(404).type('text/plain').send('Not Found'))
  app.register((scope) => mountTokenEndpoint(scope, state))
  app.register(async (scope) => {
    await scope.register(cookie)
    mountAuthorizationEndpoint(scope, state)
    await mountConsentApplication(scope, state)
  })
  app.register(async (scope) => mountGateway(scope, state), { prefix: '/v1' })
  if (controlInterface) mountControlInterface(app, state)
  return app
}

function makeServer(handler: RequestListener, https: PracticeBankOptions['https']): Server {
  return https === undefined ? createServer(handler) : createSecureServer(https, handler)
}

// Ends every socket at close, those in the middle of a handshake or a hanging answer too.
function endingServer(server: Server): Server {
  const sockets = new Set<Socket>()
  server.keepAliveTimeout = keepAliveTimeoutMs
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  const close = server.close.bind(server)
  server.close = (done) => {
    close(done)
    for (const socket of sockets) socket.destroy()
    return server
  }
  return server
}
