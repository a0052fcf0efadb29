import type { FastifyInstance } from 'fastify'
import { accountRoutes } from '../accounts/account-routes.ts'
import { send } from '../answer.ts'
import type { BankState } from '../bank-state.ts'
import { batchRoute } from '../payments/batch-route.ts'
import { paymentRoutes } from '../payments/payment-routes.ts'
import { consentInfoRoute } from './consent-info.ts'
import { gatewayErrors } from './gateway-errors.ts'
import { behindGateway, mountGatewayRoute } from './gateway-route.ts'

/** Mounts everything of the API below `/v1`. */
export function mountGateway(app: FastifyInstance, state: BankState): void {
  // Bodies are read by what stands behind, whatever type they claim, so that it can say what is wrong with them.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body))
  app.setNotFoundHandler(({ headers }, reply) =>
    send(
      reply,
      behindGateway(headers, () => gatewayErrors.notFound),
    ),
  )
  const routes = [consentInfoRoute, ...accountRoutes(state), ...paymentRoutes(state), batchRoute]
  for (const route of routes) mountGatewayRoute(app, state, route)
}
