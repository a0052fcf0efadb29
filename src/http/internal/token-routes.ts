import type { FastifyRequest } from 'fastify'
import type { HandOut } from '../../core/hand-out.ts'
import { Secret } from '../../core/secret.ts'
import type { App } from '../app.ts'
import { callerOf } from '../authenticate.ts'
import { answer, ConsentIdParams, NoQuery, problems, ref, token } from '../schemas/index.ts'
import { tokenView } from '../views.ts'
import type { RouteContext } from './app.ts'

const common = { tags: ['Tokens'], security: [{ caller: [] }], querystring: NoQuery }
const WITH_BODY = ['payload_too_large', 'unsupported_media_type', 'bank_unavailable'] as const

const getToken = {
  ...common,
  operationId: 'getToken',
  summary: 'Ask for a live access token',
  description:
    'Needs `tokens`, on own consents and those granted to the caller. Rotates first when the token at hand is too short-lived.',
  params: ConsentIdParams,
  body: ref(token.TokenRequestSchema),
  response: {
    200: answer('A live access token.', token.AccessTokenSchema),
    ...problems(
      ...WITH_BODY,
      'consent_not_found',
      'consent_pending',
      'consent_unconfirmed',
      'reauthorization_required',
      'consent_expired',
      'consent_revoked',
      'consent_rejected',
      'consent_failed',
      'consent_abandoned',
    ),
  },
}

const getClientToken = {
  ...common,
  operationId: 'getClientToken',
  summary: 'Ask for a client token',
  description: 'Needs `tokens`. A client-credentials token, for registering payments; kept to its end.',
  body: ref(token.ClientTokenRequestSchema),
  response: { 200: answer('A live client token.', token.ClientTokenSchema), ...problems(...WITH_BODY) },
}

/** Routes that hand out tokens. */
export function tokenRoutes(app: App, { broker, clock, metrics, authenticate }: RouteContext): void {
  app.addHook('onRequest', authenticate)

  app.post(
    '/v1/consents/:id/token',
    { schema: getToken, config: { bodyOptional: true } },
    async (request, reply) => {
      const { min_validity, rejected_token } = request.body
      const asked = {
        ...(min_validity === undefined ? {} : { minValiditySeconds: min_validity }),
        ...(rejected_token === undefined ? {} : { rejectedToken: new Secret(rejected_token) }),
      }
      const handOut = await broker.getToken(callerOf(request), request.params.id, asked).catch((error) => {
        metrics.handOut('problem')
        throw error
      })
      metrics.handOut(handOut.refreshState)
      audit(request, handOut)
      const view = {
        ...tokenView(handOut, clock.now()),
        consent_id: handOut.consentId,
        refresh_state: handOut.refreshState,
      }
      return reply.header('cache-control', 'no-store').send(view)
    },
  )

  app.post('/v1/client-tokens', { schema: getClientToken }, async (request, reply) => {
    const clientToken = await broker.getClientToken(callerOf(request), request.body.scope)
    return reply.header('cache-control', 'no-store').send(tokenView(clientToken, clock.now()))
  })
}

/** Who was handed which token: its keyed hash, never the token (DESIGN section 7). */
function audit(request: FastifyRequest, { consentId, fingerprint, expiresAt, refreshState }: HandOut): void {
  const { id: callerId } = callerOf(request)
  request.log.info({ callerId, consentId, fingerprint, expiresAt, refreshState }, 'token handed out')
}
