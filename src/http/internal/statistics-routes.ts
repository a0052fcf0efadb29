import type { Statistics } from '../../core/query-consents.ts'
import type { App } from '../app.ts'
import { callerOf } from '../authenticate.ts'
import type { RouteContext } from './route-context.ts'
import * as documented from './statistics-documents.ts'

/** Routes for those who look on: charts, and who is looking. */
export function statisticsRoutes(
  app: App,
  { broker, authenticate, refuseWhileStarting }: RouteContext,
): void {
  app.addHook('onRequest', authenticate)

  app.get('/v1/caller', { schema: documented.caller }, (request) => {
    const { id, permissions } = broker.whoAmI(callerOf(request))
    return { id, permissions: [...permissions].sort() }
  })

  app.get(
    '/v1/statistics',
    { schema: documented.statistics, onRequest: refuseWhileStarting },
    async (request) => statisticsView(await broker.consents.statistics(callerOf(request))),
  )
}

function statisticsView({ measuredAt, endings, rotations }: Statistics) {
  return {
    measured_at: measuredAt.toISOString(),
    endings,
    rotations: rotations.map(({ from, ...counts }) => ({ from: from.toISOString(), ...counts })),
  }
}
