import type { FastifyInstance } from 'fastify'
import type { Answer } from '../answer.ts'
import type { BankState } from '../bank-state.ts'
import { type Parameters, readParameters } from '../parameters.ts'
import { serve } from '../serve.ts'
import { refusedClient } from './client-authentication.ts'
import { standingOf } from './refresh-grant.ts'
import { refused, tokenHeaders } from './token-answers.ts'

/** Mounts `POST /as/revoke_token.oauth2` (RFC 7009), which ABN AMRO tells nobody of: off unless set (ABNAMRO.md §6). */
export function mountRevocationEndpoint(app: FastifyInstance, state: BankState): void {
  app.post('/as/revoke_token.oauth2', (request, reply) => {
    if (!state.settings.revocation) return reply.callNotFound()
    const { values, repeated } = readParameters(request.body)
    const grant = state.grants.ofAnyToken(values.token ?? '')
    return serve(state, {
      call: { endpoint: 'revocation', grantId: grant?.id, iban: grant?.iban },
      reply,
      process: () => refusedClient(state, request, values) ?? revocationAnswer(state, { values, repeated }),
    })
  })
}

// An unknown token is as good as revoked (RFC 7009 §2.2).
function revocationAnswer(state: BankState, { values, repeated }: Parameters): Answer {
  if (repeated !== undefined) return refused('invalid_request', `${repeated} was sent more than once`)
  if (values.token === undefined) return refused('invalid_request', 'token is required')
  const { grants } = state
  const grant = grants.ofRefreshToken(values.token)
  if (grant !== undefined && standingOf(state, grant, values.token)) grants.revoke({ grantId: grant.id })
  grants.revokeAccessToken(values.token)
  return { status: 200, headers: tokenHeaders(), body: '' }
}
