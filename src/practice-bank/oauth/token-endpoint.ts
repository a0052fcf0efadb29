import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Answer } from '../answer.ts'
import type { BankState } from '../bank-state.ts'
import type { FaultCall } from '../faults.ts'
import type { Presentation } from '../ledger.ts'
import { type Parameters, readParameters } from '../parameters.ts'
import { clientScopes, splitScopes } from '../scopes.ts'
import { serve } from '../serve.ts'
import { refusedClient } from './client-authentication.ts'
import { exchangeCode } from './exchange-code.ts'
import { refreshGrant } from './refresh-grant.ts'
import { description, granted, refused } from './token-answers.ts'

/** Mounts `POST /as/token.oauth2` (ABNAMRO.md §4). */
export function mountTokenEndpoint(app: FastifyInstance, state: BankState): void {
  app.post<{ Querystring: { from?: string } }>('/as/token.oauth2', (request, reply) => {
    const parameters = readParameters(request.body)
    const call = callOf(state, parameters)
    const presentation = present(state, { call, reply, from: request.query.from ?? null })
    return serve(state, {
      call,
      reply,
      process: () => tokenAnswer(state, { request, parameters, presentation }),
      latencyMs: state.settings.latencyMs,
      onFault: (kind) => {
        if (presentation !== undefined) presentation.fault = kind
      },
    })
  })
}

function callOf({ grants }: BankState, { values }: Parameters): FaultCall {
  const refreshToken = values.grant_type === 'refresh_token' ? values.refresh_token : undefined
  const grant = refreshToken === undefined ? undefined : grants.ofRefreshToken(refreshToken)
  return {
    endpoint: 'token',
    grantType: values.grant_type,
    refreshToken,
    grantId: grant?.id,
    iban: grant?.iban,
  }
}

interface Presenting {
  readonly call: FaultCall
  readonly reply: FastifyReply
  readonly from: string | null
}

function present({ book }: BankState, { call, reply, from }: Presenting): Presentation | undefined {
  if (call.refreshToken === undefined) return undefined
  const presentation = book.begin(call.refreshToken, from)
  reply.raw
    .once('finish', () => book.end(presentation, reply.raw.statusCode))
    .once('close', () => book.end(presentation))
  return presentation
}

interface TokenRequest {
  readonly request: FastifyRequest
  readonly parameters: Parameters
  readonly presentation: Presentation | undefined
}

function tokenAnswer(state: BankState, { request, parameters, presentation }: TokenRequest): Answer {
  const { values, repeated } = parameters
  const { grant_type: grantType } = values
  if (grantType === undefined) return refused('invalid_request', 'grant_type is required')
  if (repeated !== undefined) return refused('invalid_request', `${repeated} was sent more than once`)
  const stranger = refusedClient(state, request, values)
  if (stranger !== undefined) return stranger
  if (grantType === 'authorization_code') return exchangeCode(state, parameters)
  if (grantType === 'refresh_token') return refreshGrant(state, parameters, presentation)
  if (grantType === 'client_credentials') return clientToken(state, values.scope)
  return refused('unsupported_grant_type')
}

function clientToken(state: BankState, scope = ''): Answer {
  const scopes = splitScopes(scope)
  if (scopes.length === 0 || !scopes.every((one) => clientScopes.includes(one))) {
    return refused('invalid_scope', description.scope)
  }
  return granted({
    token_type: 'Bearer',
    expires_in: state.settings.accessTokenTtlSeconds,
    access_token: state.grants.issueClientToken(scopes),
  })
}
