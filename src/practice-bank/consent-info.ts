import { randomUUID } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import type { FastifyInstance } from 'fastify'
import { type Answer, json } from './answer.ts'
import type { BankState } from './bank-state.ts'
import type { FaultCall, JsonObject } from './faults.ts'
import { gatewayErrors, gatewayRefusal } from './gateway-errors.ts'
import type { AccessToken, Grant } from './grants.ts'
import { productOfScopes } from './scopes.ts'
import { serve } from './serve.ts'

/** Mounts `GET /v1/consentinfo` (ABNAMRO.md §5). */
export function mountConsentInfo(app: FastifyInstance, state: BankState): void {
  app.get('/v1/consentinfo', ({ headers }, reply) =>
    serve(state, { call: callOf(state, headers), reply, process: () => gatewayAnswer(state, headers) }),
  )
}

function bearerOf({ authorization = '' }: IncomingHttpHeaders): string | undefined {
  return /^Bearer +([^ ]+)$/i.exec(authorization)?.[1]
}

function callOf({ grants }: BankState, headers: IncomingHttpHeaders): FaultCall {
  const grant = grants.liveAccessToken(bearerOf(headers) ?? '')?.grant
  return { endpoint: 'consentinfo', grantId: grant?.id, iban: grant?.iban }
}

function gatewayAnswer(state: BankState, headers: IncomingHttpHeaders): Answer {
  const traceId = randomUUID()
  const answer = consentInfo(state, headers, traceId)
  const requestId = headers['x-request-id']
  const echoed = typeof requestId === 'string' ? { 'x-request-id': requestId } : {}
  return { ...answer, headers: { ...answer.headers, 'trace-id': traceId, ...echoed } }
}

function consentInfo(state: BankState, headers: IncomingHttpHeaders, traceId: string): Answer {
  const bearer = bearerOf(headers)
  if (headers.authorization === undefined) return gatewayRefusal(gatewayErrors.noAccessToken, traceId)
  if (headers['api-key'] === undefined) return gatewayRefusal(gatewayErrors.noApiKey, traceId)
  if (bearer === undefined) return gatewayRefusal(gatewayErrors.notBearer, traceId)
  if (headers['api-key'] !== state.settings.apiKey) return gatewayRefusal(gatewayErrors.badApiKey, traceId)
  const token = state.grants.liveAccessToken(bearer)
  if (token === undefined) return gatewayRefusal(gatewayErrors.badAccessToken, traceId)
  if (token.grant === null) return gatewayRefusal(gatewayErrors.noAccountInToken, traceId)
  return json(200, bodyFor(token, token.grant))
}

// The bank's own samples differ by product: member names, the scopes' prefix, the type of `valid`.
function bodyFor({ scopes, endsAt }: AccessToken, { iban, transactionId }: Grant): JsonObject {
  const valid = Math.floor(endsAt / 1000)
  const scope = scopes.join(' ')
  switch (productOfScopes(scopes)) {
    case 'account':
      return { iban, transactionId, scopes: scope, valid }
    case 'batch':
      return { scopes: scope, iban, paymentReference: null, valid: String(valid) }
    default:
      return {
        scopes: scope.replaceAll('psd2:', ''),
        iban,
        paymentReference: transactionId,
        valid: String(valid),
      }
  }
}
