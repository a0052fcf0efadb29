import type { ServerOptions } from 'node:https'
import cookie from '@fastify/cookie'
import { type FastifyInstance, fastify } from 'fastify'
import { mountAuthorizationEndpoint } from './authorization-endpoint.ts'
import type { BankState } from './bank-state.ts'
import { mountConsentApplication } from './consent/consent-application.ts'
import { mountControlInterface } from './control-interface.ts'
import { endingServer } from './ending-server.ts'
import { mountGateway } from './gateway/mount-gateway.ts'
import { mountFormEndpoints } from './oauth/form-endpoints.ts'
import type { PracticeBankOptions } from './options.ts'

/** Builds the server that browsers and callers of the API meet, without listening. */
export function buildFront(state: BankState, options: PracticeBankOptions): FastifyInstance {
  const app = buildServer(options.https)
  if (options.tokenListener === undefined) app.register((scope) => mountFormEndpoints(scope, state))
  app.register(async (scope) => {
    await scope.register(cookie)
    mountAuthorizationEndpoint(scope, state)
    await mountConsentApplication(scope, state)
  })
  app.register(async (scope) => mountGateway(scope, state), { prefix: '/v1' })
  if (options.controlInterface) mountControlInterface(app, state)
  return app
}

/** Builds the server of the token endpoint where it has one of its own: only a client with a certificate gets in. */
export function buildTokenServer(state: BankState, https: ServerOptions): FastifyInstance {
  const app = buildServer({ requestCert: true, rejectUnauthorized: true, ...https })
  app.register((scope) => mountFormEndpoints(scope, state))
  return app
}

function buildServer(https: ServerOptions | undefined): FastifyInstance {
  const app = fastify({
    exposeHeadRoutes: false,
    ajv: { customOptions: { removeAdditional: false, coerceTypes: false, allowUnionTypes: true } },
    serverFactory: (handler) => endingServer(handler, https),
  })
  app.setNotFoundHandler((_request, reply) => reply.code(404).type('text/plain').send('Not Found'))
  return app
}
