import fastifySwagger from '@fastify/swagger'
import fastifySwaggerUi from '@fastify/swagger-ui'
import { TryLaterError } from '../../core/errors.ts'
import { answerProblem } from '../answer-problem.ts'
import { type App, buildApp } from '../app.ts'
import { createAuthenticate } from '../authenticate.ts'
import { createAssertClientCertificate } from '../client-certificate.ts'
import { jsonBodies } from '../json-bodies.ts'
import { limitCallers } from '../limits/limit-callers.ts'
import { refuseOtherMethods } from '../methods.ts'
import { opsRoutes } from '../ops/routes.ts'
import { COMPONENTS } from '../schemas/index.ts'
import { API_HEADERS } from '../security-headers.ts'
import { consentRoutes } from './consent-routes.ts'
import { SWAGGER_UI } from './documentation.ts'
import { healthRoutes } from './health-routes.ts'
import { OPENAPI } from './openapi.ts'
import { operationsRoutes } from './operations-routes.ts'
import type { InternalOptions } from './route-context.ts'
import { assertRuled } from './ruled.ts'
import { statisticsRoutes } from './statistics-routes.ts'
import { tokenRoutes } from './token-routes.ts'
import { webhookRoutes } from './webhook-routes.ts'

export type { InternalOptions } from './route-context.ts'

/** Builds the internal listener: API, documentation, metrics and health (DESIGN section 8). */
export async function buildInternalApp(options: InternalOptions): Promise<App> {
  const app = buildApp({
    log: options.log,
    schemas: COMPONENTS,
    exposeHeadRoutes: true,
    listener: 'internal',
    bounds: options.bounds,
    tracer: options.tracer,
    reservesRoom: false,
    answerError: answerProblem,
    headers: API_HEADERS,
    https: options.tls?.options ?? null,
    admit: admitBy(options),
  })
  const authenticate = createAuthenticate(options)
  const context = {
    ...options,
    authenticate: limitCallers(authenticate, options.bounds),
    refuseWhileStarting: createRefuseWhileStarting(options),
    shown: () => ({
      now: options.clock.now(),
      renewalAdvisedBeforeMs: options.broker.renewalAdvisedBeforeMs,
    }),
  }
  app.decorateRequest('caller', null)
  jsonBodies(app)
  app.addHook('onRoute', assertRuled)
  await app.register(fastifySwagger, OPENAPI)
  await app.register(fastifySwaggerUi, SWAGGER_UI)
  const refuseOthers = refuseOtherMethods(app)
  for (const routes of [consentRoutes, tokenRoutes, operationsRoutes, statisticsRoutes, webhookRoutes]) {
    await app.register(async (scope) => routes(scope as App, context))
  }
  // Who looks after us is never told to wait.
  await app.register(async (scope) => healthRoutes(scope as App, { ...context, authenticate }))
  opsRoutes(app)
  refuseOthers()
  return app
}

/** Whom the listener answers at all. */
function admitBy({ tls, clock }: InternalOptions) {
  return tls?.options.requestCert === true ? createAssertClientCertificate(tls, clock.now) : () => {}
}

const START_RETRY_SECONDS = 2

/** Puts callers off until the database is known to be fit for use. */
function createRefuseWhileStarting({ unready }: Pick<InternalOptions, 'unready'>) {
  return async (): Promise<void> => {
    if (unready() === 'starting') throw new TryLaterError('storage_unavailable', START_RETRY_SECONDS)
  }
}
