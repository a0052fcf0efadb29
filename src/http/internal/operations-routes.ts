import type { App } from '../app.ts'
import { callerOf } from '../authenticate.ts'
import { answer, consent, NoQuery, problems, ref, token } from '../schemas/index.ts'
import { consentView, statusView } from '../views.ts'
import type { RouteContext } from './app.ts'
import { toImportRequest } from './consent-requests.ts'

const common = { tags: ['Operations'], security: [{ caller: [] }], querystring: NoQuery }
const WITH_BODY = ['payload_too_large', 'unsupported_media_type'] as const

const status = {
  ...common,
  operationId: 'getStatus',
  summary: 'Read how the broker stands',
  description: 'Needs `ops`.',
  response: { 200: answer('Counts, lag and keys.', token.StatusSchema), ...problems() },
}

const importConsent = {
  ...common,
  operationId: 'importConsent',
  summary: 'Move a chain of tokens in',
  description:
    'Needs `ops`. From another system, or onto an existing consent as a rescue. `pending` until its first rotation.',
  body: ref(consent.ImportConsentSchema),
  response: {
    201: answer('The consent, pending and due at once.', consent.ConsentSchema),
    ...problems(...WITH_BODY, 'consent_not_found'),
  },
}

const hold = {
  ...common,
  operationId: 'holdRefreshing',
  summary: 'Hold refreshing at the bank',
  description:
    'Needs `ops`. For all replicas; 1 hour by default, 24 at most. Live tokens are still handed out.',
  body: ref(token.HoldRequestSchema),
  response: { 200: answer('The hold.', token.HoldSchema), ...problems(...WITH_BODY) },
}

const resume = {
  ...common,
  operationId: 'resumeRefreshing',
  summary: 'Resume refreshing at the bank',
  description: 'Needs `ops`.',
  response: { 204: { type: 'null', description: 'Refreshing goes on.' }, ...problems() },
}

/** Routes for the people who run the broker; none of them gives a token away. */
export function operationsRoutes(app: App, { broker, clock, keyIds, authenticate }: RouteContext): void {
  app.addHook('onRequest', authenticate)

  app.get('/v1/status', { schema: status }, async (request) => {
    const summary = await broker.consents.status(callerOf(request))
    return statusView(summary, keyIds, clock.now())
  })

  app.post('/v1/consents/import', { schema: importConsent }, async (request, reply) => {
    const record = await broker.importConsent(callerOf(request), toImportRequest(request.body))
    return reply.code(201).send(consentView(record, clock.now()))
  })

  app.post('/v1/refresher/hold', { schema: hold }, async (request) => {
    const until = request.body.until === undefined ? null : new Date(request.body.until)
    const held = await broker.refreshing.hold(callerOf(request), request.body.reason, until)
    return { ...held, until: held.until.toISOString() }
  })

  app.post('/v1/refresher/resume', { schema: resume }, async (request, reply) => {
    await broker.refreshing.resume(callerOf(request))
    return reply.code(204).send()
  })
}
