import { PROBLEMS, type Problem, type ProblemCode } from '../problem.ts'

/** A detail as callers get it, for each code: one that is missing does not compile. */
const DETAILS: Record<ProblemCode, string> = {
  invalid_request: 'scopes: is missing',
  unauthorized: 'Send one Authorization header: Bearer, and a caller key or a JWT.',
  forbidden: 'This call needs the permission consents:write.',
  client_certificate_required: 'Make the connection with a client certificate that this listener trusts.',
  not_found: 'There is nothing at this path.',
  consent_not_found: 'There is no such consent for this caller.',
  delivery_not_found: 'There is no such delivery, or it was done with more than 30 days ago.',
  method_not_allowed: 'This path takes GET, HEAD, POST.',
  consent_pending: 'The customer has not given this consent yet.',
  consent_unconfirmed: 'The consent waits for its confirmation.',
  reauthorization_required: 'The bank gives no more tokens for this consent: renew it.',
  consent_expired: 'The consent has reached its end: renew it.',
  account_mismatch: 'The customer renewed with another account; the consent is as it was.',
  subscriber_removed: 'Its subscriber is not in WEBHOOKS_FILE any more.',
  request_in_progress: 'A request with this Idempotency-Key is being answered.',
  consent_revoked: 'The consent was revoked.',
  consent_rejected: 'The customer rejected the consent, or had no account to offer.',
  consent_failed: 'The authorization failed.',
  consent_abandoned: 'The customer never came back from the bank.',
  consent_erased: 'It ended long ago, and its personal data are erased: start a new one.',
  request_timeout: 'The request did not arrive in time.',
  payload_too_large: 'The request body is larger than 64 KiB.',
  uri_too_long: 'The URL is longer than 8000 characters.',
  unsupported_media_type: 'Send the body as application/json.',
  idempotency_key_reused: 'This Idempotency-Key was used for another request.',
  too_many_requests: 'This caller has sent too many requests.',
  headers_too_large: 'The headers are too large.',
  internal_error: 'Something that should not happen did. Tell operations the request id.',
  overloaded: 'The broker has too much to do at the moment.',
  bank_unavailable: 'The bank gives no fresh token at the moment, and no live one is left.',
  storage_unavailable: 'The broker cannot reach its database at the moment.',
  identity_provider_unavailable:
    'The keys of the identity provider cannot be fetched at the moment, and this token needs them.',
}

/** A problem as it is answered. */
export function problemExample(code: ProblemCode): Problem {
  const { status, title } = PROBLEMS[code]
  return {
    type: `urn:token-broker:problem:${code}`,
    title,
    status,
    detail: DETAILS[code],
    code,
    request_id: '5f3c1f0e-6f0b-4f6e-9d3a-0b8f5a3f1c11',
    ...(code === 'invalid_request' ? { field: 'scopes' } : {}),
  }
}

const CODES = Object.keys(PROBLEMS) as ProblemCode[]

/** An example of every problem, as OpenAPI lists them. */
export const PROBLEM_EXAMPLES = Object.fromEntries(
  CODES.map((code) => [code, { summary: PROBLEMS[code].title, value: problemExample(code) }]),
) as Record<ProblemCode, { summary: string; value: Problem }>
