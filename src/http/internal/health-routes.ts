import Type from 'typebox'
import { assertPermission } from '../../core/caller.ts'
import type { App } from '../app.ts'
import { callerOf } from '../authenticate.ts'
import { NoQuery, problems } from '../schemas/index.ts'
import type { RouteContext } from './app.ts'

const tags = ['Health']
const Health = Type.Object({ status: Type.String(), reason: Type.Optional(Type.String()) })

const livez = {
  tags,
  security: [],
  operationId: 'getLiveness',
  summary: 'Tell whether the process lives',
  querystring: NoQuery,
  response: { 200: { ...Health, description: 'It lives.' } },
}

const readyz = {
  tags,
  security: [],
  operationId: 'getReadiness',
  summary: 'Tell whether requests should come here',
  description: 'Fails before the first start is complete and while draining, never for a later outage.',
  querystring: NoQuery,
  response: {
    200: { ...Health, description: 'Ready.' },
    503: { ...Health, description: 'Starting or draining.' },
  },
}

const metricsDocument = {
  tags,
  security: [{ caller: [] }, {}],
  operationId: 'getMetrics',
  summary: 'Read metrics in the Prometheus format',
  description: 'Needs `ops` where METRICS_AUTH=ops.',
  querystring: NoQuery,
  response: {
    200: { description: 'Metrics.', content: { 'text/plain': { schema: Type.String() } } },
    ...problems(),
  },
}

const openApi = {
  tags,
  security: [],
  operationId: 'getOpenApi',
  summary: 'Read this document',
  querystring: NoQuery,
  response: {
    200: {
      description: 'The OpenAPI document.',
      content: { 'application/json': { schema: Type.Object({}, { additionalProperties: true }) } },
    },
  },
}

/** Routes that need no caller, save metrics by setting. */
export function healthRoutes(app: App, context: RouteContext): void {
  const { metrics, metricsNeedCaller, unready, authenticate } = context
  const config = { quiet: true }

  app.get('/livez', { schema: livez, config }, async () => ({ status: 'ok' }))

  app.get('/readyz', { schema: readyz, config }, async (_request, reply) => {
    const reason = unready()
    return reason === null ? { status: 'ok' } : reply.code(503).send({ status: 'unready', reason })
  })

  app.get('/metrics', { schema: metricsDocument, config }, async (request, reply) => {
    if (metricsNeedCaller) {
      await authenticate(request)
      assertPermission(callerOf(request), 'ops')
    }
    return reply
      .type(metrics.contentType)
      .serializer(String)
      .send(await metrics.text())
  })

  app.get('/openapi.json', { schema: openApi, config }, async (_request, reply) =>
    reply.serializer(JSON.stringify).send(app.swagger()),
  )
}
