import type { App } from '../app.ts'
import { callerOf } from '../authenticate.ts'
import { certificateView } from '../bank-certificate.ts'
import { clockView, consentView, spoolView, statusView } from '../views.ts'
import { summaryView } from '../webhook-views.ts'
import { toImportRequest } from './consent-requests.ts'
import * as documented from './operations-documents.ts'
import type { RouteContext } from './route-context.ts'

/** Routes for the people who run the broker; none of them gives a token away. */
export function operationsRoutes(app: App, context: RouteContext): void {
  const { broker, clock, clockSkew, bankCertificate, tls } = context
  const { keyIds, authenticate, refuseWhileStarting, shown } = context
  app.addHook('onRequest', authenticate)
  app.addHook('onRequest', refuseWhileStarting)

  app.post('/v1/consents/import', { schema: documented.importConsent }, async (request, reply) => {
    const record = await broker.importConsent(callerOf(request), toImportRequest(request.body))
    return reply.code(201).send(consentView(record, shown()))
  })

  app.get('/v1/status', { schema: documented.status }, async (request) => {
    const summary = await broker.consents.status(callerOf(request))
    const webhooks = await broker.webhooks.summary()
    return {
      ...statusView(summary, keyIds, clock.now()),
      clock: clockView(clockSkew()),
      spool: spoolView(broker.readSpool()),
      webhooks: summaryView(webhooks),
      bank_certificate: certificateView(bankCertificate(), clock.now()),
      internal_certificate: certificateView(tls?.certificate() ?? null, clock.now()),
    }
  })

  app.post('/v1/refresher/hold', { schema: documented.hold }, async (request) => {
    const until = request.body.until === undefined ? null : new Date(request.body.until)
    const held = await broker.refreshing.hold(callerOf(request), request.body.reason, until)
    return { ...held, until: held.until.toISOString() }
  })

  app.post('/v1/refresher/resume', { schema: documented.resume }, async (request, reply) => {
    await broker.refreshing.resume(callerOf(request))
    return reply.code(204).send()
  })
}
