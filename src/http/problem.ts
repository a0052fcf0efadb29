import { CoreError, type CoreErrorCode, ForbiddenError, RequestError, TryLaterError } from '../core/errors.ts'
import { insufficientScope } from './challenge.ts'

/** Codes of problems that arise at the HTTP boundary itself. */
export type HttpErrorCode =
  | 'unauthorized'
  | 'client_certificate_required'
  | 'not_found'
  | 'method_not_allowed'
  | 'request_timeout'
  | 'payload_too_large'
  | 'uri_too_long'
  | 'headers_too_large'
  | 'unsupported_media_type'
  | 'too_many_requests'
  | 'overloaded'
  | 'internal_error'

export type ProblemCode = CoreErrorCode | HttpErrorCode

interface ProblemKind {
  readonly status: number
  readonly title: string
}

/** Every code there is, and the status it is answered with: a code that is missing here does not compile. */
export const PROBLEMS: Record<ProblemCode, ProblemKind> = {
  invalid_request: { status: 400, title: 'The request is not valid' },
  unauthorized: { status: 401, title: 'No caller could be recognised' },
  forbidden: { status: 403, title: 'The caller lacks a permission' },
  client_certificate_required: { status: 403, title: 'The connection lacks a client certificate' },
  not_found: { status: 404, title: 'There is nothing at this path' },
  consent_not_found: { status: 404, title: 'There is no such consent' },
  delivery_not_found: { status: 404, title: 'There is no such delivery' },
  method_not_allowed: { status: 405, title: 'This path does not take this method' },
  consent_pending: { status: 409, title: 'The customer has not given the consent yet' },
  consent_unconfirmed: { status: 409, title: 'The consent has not been confirmed yet' },
  reauthorization_required: { status: 409, title: 'The customer must authorize again' },
  consent_expired: { status: 409, title: 'The consent has expired' },
  account_mismatch: { status: 409, title: 'It is for another account' },
  subscriber_removed: { status: 409, title: 'The subscriber was removed' },
  request_in_progress: { status: 409, title: 'The same request is in progress' },
  consent_revoked: { status: 410, title: 'The consent was revoked' },
  consent_rejected: { status: 410, title: 'The customer rejected the consent' },
  consent_failed: { status: 410, title: 'The authorization failed' },
  consent_abandoned: { status: 410, title: 'The customer never came back' },
  consent_erased: { status: 410, title: 'The personal data of the consent were erased' },
  request_timeout: { status: 408, title: 'The request did not arrive in time' },
  payload_too_large: { status: 413, title: 'The request body is too large' },
  uri_too_long: { status: 414, title: 'The URL is too long' },
  unsupported_media_type: { status: 415, title: 'The request body must be JSON' },
  idempotency_key_reused: { status: 422, title: 'The Idempotency-Key was used for another request' },
  too_many_requests: { status: 429, title: 'Too many requests' },
  headers_too_large: { status: 431, title: 'The request headers are too large' },
  internal_error: { status: 500, title: 'The broker has a defect' },
  overloaded: { status: 503, title: 'The broker has too much to do' },
  bank_unavailable: { status: 503, title: 'The bank does not answer as it should' },
  storage_unavailable: { status: 503, title: 'The database cannot be reached at the moment' },
  identity_provider_unavailable: { status: 503, title: 'The identity provider cannot be reached' },
}

/** RFC 9457 problem details, as answered. */
export interface Problem {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail: string
  readonly code: ProblemCode
  readonly request_id: string
  readonly field?: string
}

/** An error of the boundary itself; its text is public. */
export class HttpError extends Error {
  readonly code: HttpErrorCode | 'invalid_request'
  readonly headers: Readonly<Record<string, string>>
  readonly field: string | undefined

  constructor(
    code: HttpError['code'],
    detail: string,
    extra: { headers?: Readonly<Record<string, string>>; field?: string } = {},
  ) {
    super(detail)
    this.name = 'HttpError'
    this.code = code
    this.headers = extra.headers ?? {}
    this.field = extra.field
  }
}

export function notFound(): HttpError {
  return new HttpError('not_found', 'There is nothing at this path.')
}

/** What is answered to an error: a problem, and headers that belong to it. */
export interface ProblemAnswer {
  readonly problem: Problem
  readonly headers: Readonly<Record<string, string>>
}

/** Turns any error into a problem; what is not ours to explain is `internal_error` without a detail of it. */
export function toProblem(error: unknown, requestId: string): ProblemAnswer {
  if (error instanceof HttpError) {
    const { code, message, headers, field } = error
    return { problem: problem(code, message, { requestId, field }), headers }
  }
  if (error instanceof CoreError) {
    const field = error instanceof RequestError ? error.field : undefined
    return { problem: problem(error.code, error.message, { requestId, field }), headers: headersOf(error) }
  }
  const detail = 'Something that should not happen did. Tell operations the request id.'
  return { problem: problem('internal_error', detail, { requestId, field: undefined }), headers: {} }
}

function headersOf(error: CoreError): Readonly<Record<string, string>> {
  if (error instanceof TryLaterError) return { 'retry-after': String(error.retryAfterSeconds) }
  if (error instanceof ForbiddenError) return { 'www-authenticate': insufficientScope(error) }
  return {}
}

function problem(
  code: ProblemCode,
  detail: string,
  { requestId, field }: { requestId: string; field: string | undefined },
): Problem {
  const { status, title } = PROBLEMS[code]
  const type = `urn:token-broker:problem:${code}`
  return {
    type,
    title,
    status,
    detail,
    code,
    request_id: requestId,
    ...(field === undefined ? {} : { field }),
  }
}
