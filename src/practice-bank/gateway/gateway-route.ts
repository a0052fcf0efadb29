import { randomUUID } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import type { FastifyInstance } from 'fastify'
import type { Answer } from '../answer.ts'
import type { BankState } from '../bank-state.ts'
import type { FaultCall, FaultEndpoint } from '../faults.ts'
import type { AccessToken } from '../oauth/grants.ts'
import { type Parameters, readParameters } from '../parameters.ts'
import { serve } from '../serve.ts'
import { type GatewayError, gatewayErrors, gatewayRefusal } from './gateway-errors.ts'

/** A request that the gateway let through. */
export interface GatewayRequest {
  readonly token: AccessToken
  readonly path: Readonly<Record<string, string | undefined>>
  readonly query: Parameters['values']
  /** As it was sent; empty without one. */
  readonly body: string
}

/** What stands behind the gateway at one path. */
export interface GatewayRoute {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** Below `/v1`. */
  readonly path: string
  readonly endpoint: FaultEndpoint
  readonly handle: (request: GatewayRequest) => Answer | GatewayError
}

/** Mounts one path behind the gateway: its headers, its check of key and token, its envelope (ABNAMRO.md §5). */
export function mountGatewayRoute(app: FastifyInstance, state: BankState, route: GatewayRoute): void {
  app.route({
    method: route.method,
    url: route.path,
    handler({ headers, params, query, body }, reply) {
      const handle = (token: AccessToken) =>
        route.handle({
          token,
          path: params as GatewayRequest['path'],
          query: readParameters(query).values,
          body: typeof body === 'string' ? body : '',
        })
      return serve(state, {
        call: callOf(state, route.endpoint, headers),
        reply,
        process: () => behindGateway(headers, () => checked(state, headers, handle)),
      })
    },
  })
}

/** Finishes an answer as the gateway sends it: the envelope round a refusal, `Trace-Id`, `X-Request-ID` echoed. */
export function behindGateway(headers: IncomingHttpHeaders, handle: () => Answer | GatewayError): Answer {
  const traceId = randomUUID()
  const outcome = handle()
  const answer = 'code' in outcome ? gatewayRefusal(outcome, traceId) : outcome
  const requestId = headers['x-request-id']
  const echoed = typeof requestId === 'string' ? { 'x-request-id': requestId } : {}
  return { ...answer, headers: { ...answer.headers, 'trace-id': traceId, ...echoed } }
}

function checked(
  state: BankState,
  headers: IncomingHttpHeaders,
  handle: (token: AccessToken) => Answer | GatewayError,
): Answer | GatewayError {
  const bearer = bearerOf(headers)
  if (headers.authorization === undefined) return gatewayErrors.noAccessToken
  if (headers['api-key'] === undefined) return gatewayErrors.noApiKey
  if (bearer === undefined) return gatewayErrors.notBearer
  if (headers['api-key'] !== state.settings.apiKey) return gatewayErrors.badApiKey
  const token = state.grants.liveAccessToken(bearer)
  return token === undefined ? gatewayErrors.badAccessToken : handle(token)
}

function bearerOf({ authorization = '' }: IncomingHttpHeaders): string | undefined {
  return /^Bearer +([^ ]+)$/i.exec(authorization)?.[1]
}

function callOf({ grants }: BankState, endpoint: FaultEndpoint, headers: IncomingHttpHeaders): FaultCall {
  const grant = grants.liveAccessToken(bearerOf(headers) ?? '')?.grant
  return { endpoint, grantId: grant?.id, iban: grant?.iban }
}
