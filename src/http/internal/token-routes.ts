import type { FastifyRequest } from 'fastify'
import type { ClientToken } from '../../core/client-tokens.ts'
import { CoreError } from '../../core/errors.ts'
import type { HandOut } from '../../core/hand-out.ts'
import { Secret } from '../../core/secret.ts'
import type { App } from '../app.ts'
import { callerOf } from '../authenticate.ts'
import type { HandOutProblem } from '../metrics/hand-outs.ts'
import { handOutView, tokenView } from '../views.ts'
import { consentIdOf } from './consent-requests.ts'
import type { RouteContext } from './route-context.ts'
import * as documented from './token-documents.ts'

/** Routes that hand out tokens. */
export function tokenRoutes(app: App, context: RouteContext): void {
  const { broker, clock, metrics, authenticate, refuseWhileStarting, shown } = context
  app.addHook('onRequest', authenticate)

  app.post(
    '/v1/consents/:id/token',
    { schema: documented.getToken, config: { bodyOptional: true }, onRequest: refuseWhileStarting },
    async (request, reply) => {
      const { min_validity, rejected_token } = request.body
      const asked = {
        ...(min_validity === undefined ? {} : { minValiditySeconds: min_validity }),
        ...(rejected_token === undefined ? {} : { rejectedToken: new Secret(rejected_token) }),
      }
      const handOut = await broker.getToken(callerOf(request), consentIdOf(request), asked).catch((error) => {
        metrics.handOutProblem(problemCode(error), reply.elapsedTime)
        throw error
      })
      metrics.handOut(handOut.refreshState, reply.elapsedTime)
      audit(request, handOut)
      return reply.header('cache-control', 'no-store').send(handOutView(handOut, shown()))
    },
  )

  app.post('/v1/client-tokens', { schema: documented.getClientToken }, async (request, reply) => {
    const clientToken = await broker.getClientToken(callerOf(request), request.body.scope)
    auditClientToken(request, clientToken)
    return reply.header('cache-control', 'no-store').send(tokenView(clientToken, clock.now()))
  })
}

function problemCode(error: unknown): HandOutProblem {
  return error instanceof CoreError ? error.code : 'internal_error'
}

/** Who was handed which token: its keyed hash, never the token (DESIGN section 7). */
function audit(request: FastifyRequest, { consentId, fingerprint, expiresAt, refreshState }: HandOut): void {
  const { id: callerId } = callerOf(request)
  request.log.info({ callerId, consentId, fingerprint, expiresAt, refreshState }, 'token handed out')
}

function auditClientToken(request: FastifyRequest, { scope, fingerprint, expiresAt }: ClientToken): void {
  request.log.info(
    { callerId: callerOf(request).id, scope, fingerprint, expiresAt },
    'client token handed out',
  )
}
