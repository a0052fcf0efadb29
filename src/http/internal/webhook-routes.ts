import type { App } from '../app.ts'
import { callerOf } from '../authenticate.ts'
import { encodeCursor, readEventPosition } from '../cursor.ts'
import { PAGE_LIMIT } from '../schemas/common.ts'
import { deliveryView } from '../webhook-views.ts'
import type { RouteContext } from './route-context.ts'
import * as documented from './webhook-documents.ts'

/** Routes for looking after what subscribers are told. */
export function webhookRoutes(app: App, { broker, authenticate, refuseWhileStarting }: RouteContext): void {
  app.addHook('onRequest', authenticate)
  app.addHook('onRequest', refuseWhileStarting)

  app.get('/v1/webhooks/deliveries', { schema: documented.list }, async (request) => {
    const { limit = PAGE_LIMIT, cursor, subscriber, state, consent_id: consentId } = request.query
    const filter = {
      ...(subscriber === undefined ? {} : { subscriber }),
      ...(state === undefined ? {} : { state }),
      ...(consentId === undefined ? {} : { consentId }),
    }
    const page = { limit: limit + 1, before: readEventPosition(cursor) }
    const deliveries = await broker.webhooks.list(callerOf(request), filter, page)
    const listed = deliveries.slice(0, limit)
    const last = deliveries.length > limit ? listed.at(-1) : undefined
    return { items: listed.map(deliveryView), next_cursor: last === undefined ? null : encodeCursor(last.id) }
  })

  app.post(
    '/v1/webhooks/deliveries/:delivery_id/resend',
    { schema: documented.resend },
    async (request, reply) => {
      const delivery = await broker.webhooks.resend(callerOf(request), request.params.delivery_id)
      return reply.code(202).send(deliveryView(delivery))
    },
  )
}
