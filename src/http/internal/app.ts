import fastifySwagger from '@fastify/swagger'
import fastifySwaggerUi from '@fastify/swagger-ui'
import type { FastifyBaseLogger } from 'fastify'
import type { Broker } from '../../core/broker.ts'
import type { Clock } from '../../core/clock.ts'
import { answerProblem } from '../answer-problem.ts'
import { type App, buildApp, refuseOtherMethods } from '../app.ts'
import { createAuthenticate } from '../authenticate.ts'
import type { RecognizeCaller } from '../callers.ts'
import { jsonBodies } from '../json-bodies.ts'
import type { Metrics } from '../metrics.ts'
import { COMPONENTS } from '../schemas/index.ts'
import { consentRoutes } from './consent-routes.ts'
import { healthRoutes } from './health-routes.ts'
import { OPENAPI } from './openapi.ts'
import { operationsRoutes } from './operations-routes.ts'
import { tokenRoutes } from './token-routes.ts'

export interface InternalOptions {
  readonly broker: Broker
  readonly clock: Pick<Clock, 'now'>
  readonly log: FastifyBaseLogger
  readonly recognize: RecognizeCaller
  readonly metrics: Metrics
  readonly metricsNeedCaller: boolean
  readonly keyIds: readonly string[]
  /** Says why the service is not ready, or null. */
  readonly unready: () => string | null
}

/** What routes are given. */
export type RouteContext = InternalOptions & { readonly authenticate: ReturnType<typeof createAuthenticate> }

/** Builds the internal listener: API, documentation, metrics and health (DESIGN section 8). */
export async function buildInternalApp(options: InternalOptions): Promise<App> {
  const app = buildApp({
    log: options.log,
    schemas: COMPONENTS,
    exposeHeadRoutes: true,
    answerError: answerProblem,
  })
  const context = { ...options, authenticate: createAuthenticate(options.recognize) }
  app.decorateRequest('caller', null)
  jsonBodies(app)
  const refuseOthers = refuseOtherMethods(app)
  await app.register(fastifySwagger, OPENAPI)
  await app.register(fastifySwaggerUi, { routePrefix: '/docs', uiConfig: { persistAuthorization: true } })
  for (const routes of [consentRoutes, tokenRoutes, operationsRoutes, healthRoutes]) {
    await app.register(async (scope) => routes(scope as App, context))
  }
  refuseOthers()
  return app
}
