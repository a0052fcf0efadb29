import type { PracticeBankSettings } from './options.ts'
import { type Parameters, readParameters } from './parameters.ts'
import { areCombinable, needsTransactionId, splitScopes } from './scopes.ts'

/** A request for the customer's consent that the bank will show. */
export interface AuthorizationRequest {
  readonly clientId: string
  readonly redirectUri: string
  readonly scopes: readonly string[]
  readonly state: string | undefined
  readonly transactionId: string | null
  readonly codeChallenge: string | null
}

/** An error that goes back to the client through the browser (RFC 6749 §4.1.2.1). */
export interface RedirectedError {
  readonly redirectUri: string
  readonly state: string | undefined
  readonly error: string
  readonly description: string
}

/** What became of an authorization request; `page` where it may not be redirected. */
export type AuthorizationVerdict =
  | { kind: 'shown'; request: AuthorizationRequest }
  | { kind: 'redirected'; error: RedirectedError }
  | { kind: 'page'; reason: 'client_id' | 'redirect_uri' }

const brands = ['NLAA01', 'BEPB01', 'BEPB02']

/** Reads and judges the query of `GET /as/authorization.oauth2` (ABNAMRO.md §1.2). */
export function readAuthorizationRequest(
  query: unknown,
  settings: PracticeBankSettings,
): AuthorizationVerdict {
  const parameters = readParameters(query)
  const { values } = parameters
  if (values.client_id !== settings.clientId || parameters.repeated === 'client_id') {
    return { kind: 'page', reason: 'client_id' }
  }
  const redirectUri = values.redirect_uri
  if (redirectUri === undefined || !settings.redirectUris.includes(redirectUri)) {
    return { kind: 'page', reason: 'redirect_uri' }
  }
  const complaint = complaintAbout(parameters)
  if (complaint === undefined) return { kind: 'shown', request: requestFrom(values, redirectUri) }
  const [error, description] = complaint
  return { kind: 'redirected', error: { redirectUri, state: values.state, error, description } }
}

function requestFrom(values: Parameters['values'], redirectUri: string): AuthorizationRequest {
  return {
    clientId: values.client_id ?? '',
    redirectUri,
    scopes: splitScopes(values.scope ?? ''),
    state: values.state,
    transactionId: values.transactionId ?? null,
    codeChallenge: values.code_challenge ?? null,
  }
}

type Complaint = readonly [error: string, description: string]

function complaintAbout({ values, repeated }: Parameters): Complaint | undefined {
  if (repeated !== undefined) return ['invalid_request', `${repeated} was sent more than once`]
  if (values.response_type === undefined) return ['invalid_request', 'response_type is required']
  if (values.response_type !== 'code') {
    return ['unsupported_response_type', `Unsupported response_type: ${values.response_type}`]
  }
  const scopes = splitScopes(values.scope ?? '')
  if (!areCombinable(scopes)) {
    return ['invalid_scope', 'The requested scope(s) must be blank or a subset of the provided scopes.']
  }
  if (needsTransactionId(scopes) && values.transactionId === undefined) {
    return ['invalid_request', 'transactionId is required']
  }
  return complaintAboutFlow(values) ?? complaintAboutChallenge(values)
}

function complaintAboutFlow({ flow = 'code', bank = 'NLAA01' }: Parameters['values']): Complaint | undefined {
  if (flow !== 'code') return ['invalid_request', `Unsupported flow: ${flow}`]
  return brands.includes(bank) ? undefined : ['invalid_request', `Unknown bank: ${bank}`]
}

function complaintAboutChallenge(values: Parameters['values']): Complaint | undefined {
  const { code_challenge: challenge, code_challenge_method: method } = values
  if (challenge === undefined) {
    return method === undefined ? undefined : ['invalid_request', 'code_challenge is required']
  }
  if (method !== 'S256') return ['invalid_request', 'code_challenge_method must be S256']
  return /^[\w-]{43}$/.test(challenge) ? undefined : ['invalid_request', 'code_challenge is malformed']
}
