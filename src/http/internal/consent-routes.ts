import { Secret } from '../../core/secret.ts'
import type { App } from '../app.ts'
import { callerOf } from '../authenticate.ts'
import { encodeCursor, encodeListCursor, readEventPosition, readListPosition } from '../cursor.ts'
import { PAGE_LIMIT } from '../schemas/common.ts'
import { accountView, consentView, eventView, startedView } from '../views.ts'
import * as documented from './consent-documents.ts'
import { consentIdOf, toConsentQuery, toStartRequest } from './consent-requests.ts'
import type { RouteContext } from './route-context.ts'

/** Routes for starting, reading, renewing and ending consents. */
export function consentRoutes(app: App, context: RouteContext): void {
  const { broker, authenticate, refuseWhileStarting, shown } = context
  app.addHook('onRequest', authenticate)
  app.addHook('onRequest', refuseWhileStarting)

  app.post('/v1/consents', { schema: documented.start }, async (request, reply) => {
    const key = request.headers['idempotency-key'] ?? null
    const started = await broker.startConsent(callerOf(request), toStartRequest(request.body), key)
    return reply.code(201).header('cache-control', 'no-store').send(startedView(started, shown()))
  })

  app.get('/v1/consents', { schema: documented.list }, async (request) => {
    const { query } = request
    const { order, after } = readListPosition(query)
    const page = { order, after, limit: query.limit ?? PAGE_LIMIT }
    const { records, next } = await broker.consents.list(callerOf(request), toConsentQuery(query), page)
    return {
      items: records.map((record) => consentView(record, shown())),
      next_cursor: next === null ? null : encodeListCursor(query, order, next),
    }
  })

  app.get('/v1/consents/:id', { schema: documented.get }, async (request) => {
    const record = await broker.consents.get(callerOf(request), consentIdOf(request))
    return consentView(record, shown())
  })

  app.get('/v1/consents/:id/account', { schema: documented.account }, async (request, reply) => {
    const checked = await broker.checkAccount(callerOf(request), consentIdOf(request))
    return reply.header('cache-control', 'no-store').send(accountView(checked, shown()))
  })

  app.delete('/v1/consents/:id', { schema: documented.revoke }, async (request, reply) => {
    await broker.revoke(callerOf(request), consentIdOf(request))
    return reply.code(204).send()
  })

  app.post(
    '/v1/consents/:id/authorizations',
    { schema: documented.renew, config: { bodyOptional: true } },
    async (request, reply) => {
      const returnUrl = request.body.return_url ?? null
      const started = await broker.renewConsent(callerOf(request), consentIdOf(request), returnUrl)
      return reply.code(201).header('cache-control', 'no-store').send(startedView(started, shown()))
    },
  )

  app.post('/v1/consents/:id/confirm', { schema: documented.confirm }, async (request) => {
    const code = new Secret(request.body.result_code)
    return consentView(await broker.confirm(callerOf(request), consentIdOf(request), code), shown())
  })

  app.get('/v1/consents/:id/events', { schema: documented.events }, async (request) => {
    const { limit = PAGE_LIMIT, cursor } = request.query
    const page = { limit: limit + 1, before: readEventPosition(cursor) }
    const events = await broker.consents.events(callerOf(request), consentIdOf(request), page)
    const listed = events.slice(0, limit)
    const last = events.length > limit ? listed.at(-1) : undefined
    return {
      items: listed.map(eventView),
      next_cursor: last === undefined ? null : encodeCursor(last.id),
    }
  })
}
