import { assertAllowed } from '../../core/permissions.ts'
import type { App } from '../app.ts'
import { callerOf } from '../authenticate.ts'
import * as documented from './health-documents.ts'
import type { RouteContext } from './route-context.ts'

/** Routes that need no caller, save metrics by setting. */
export function healthRoutes(app: App, context: RouteContext): void {
  const { metrics, metricsNeedCaller, authenticate } = context
  const quiet = { quiet: true }
  const config = { ...quiet, shedding: 'never' } as const
  /** What asks these cannot show a certificate, and learns nothing. */
  const probed = { ...config, needsNoCertificate: true }

  app.get('/livez', { schema: documented.livez, config: probed }, async (_request, reply) => {
    const stalled = context.stalledLoops()
    if (stalled.length === 0) return { status: 'ok' }
    const loops = stalled.map(({ name, since }) => ({ name, since: since.toISOString() }))
    return reply.code(503).send({ status: 'stalled', loops })
  })

  app.get('/readyz', { schema: documented.readyz, config: probed }, async (_request, reply) => {
    const reason = context.unready()
    if (reason === null) return { status: 'ok' }
    const waitsFor = reason === 'starting' ? context.waitsFor() : null
    const detail = waitsFor === null ? {} : { waits_for: waitsFor }
    return reply.code(503).send({ status: 'unready', reason, ...detail })
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
