import { assertAllowed } from '../../core/permissions.ts'
import type { App } from '../app.ts'
import { callerOf } from '../authenticate.ts'
import * as documented from './health-documents.ts'
import type { RouteContext } from './route-context.ts'

/** Routes that need no caller, save metrics by setting. */
export function healthRoutes(app: App, context: RouteContext): void {
  const { metrics, metricsNeedCaller, unready, authenticate } = context
  const quiet = { quiet: true }
  const config = { ...quiet, shedding: 'never' } as const
  /** What asks these cannot show a certificate, and learns nothing. */
  const probed = { ...config, needsNoCertificate: true }

  app.get('/livez', { schema: documented.livez, config: probed }, async () => ({ status: 'ok' }))

  app.get('/readyz', { schema: documented.readyz, config: probed }, async (_request, reply) => {
    const reason = unready()
    return reason === null ? { status: 'ok' } : reply.code(503).send({ status: 'unready', reason })
  })

  app.get('/metrics', { schema: documented.metrics, config }, async (request, reply) => {
    if (metricsNeedCaller) {
      await authenticate(request)
      assertAllowed(callerOf(request), 'getMetrics')
    }
    return reply
      .type(metrics.contentType)
      .serializer(String)
      .send(await metrics.text())
  })

  app.get('/openapi.json', { schema: documented.openApi, config: quiet }, async (_request, reply) =>
    reply.type('application/json').serializer(JSON.stringify).send(app.swagger()),
  )
}
