import Type from 'typebox'
import { PROBLEMS, type ProblemCode } from '../problem.ts'
import { oneOf, ref } from './common.ts'
import { PROBLEM_EXAMPLES, problemExample } from './problem-examples.ts'

const CODES = Object.keys(PROBLEMS) as ProblemCode[]

export const ProblemSchema = Type.Object(
  {
    type: Type.String({ format: 'uri', description: 'A URN that names the problem.' }),
    title: Type.String({ description: 'The problem, the same words each time.' }),
    status: Type.Integer({ minimum: 400, maximum: 599, description: 'The HTTP status, again.' }),
    detail: Type.String({ description: 'What went wrong this time, for a person.' }),
    code: oneOf(CODES, { description: 'What went wrong, for a program: decide by it.' }),
    request_id: Type.String({ description: 'The `X-Request-Id` of this request: tell operations.' }),
    field: Type.Optional(Type.String({ description: 'The part of the request that is wrong.' })),
  },
  {
    $id: 'Problem',
    additionalProperties: false,
    description: 'RFC 9457 problem details.',
    examples: [problemExample('consent_not_found')],
  },
)

/** Every route may give these. */
const ANYWHERE = ['invalid_request', 'uri_too_long', 'headers_too_large', 'internal_error'] as const

/** Every route with a body may give these. */
export const WITH_BODY = ['payload_too_large', 'unsupported_media_type'] as const

/** Every route but those for probes may give this, where INTERNAL_TLS_CLIENT_CA_FILE is set. */
export const WITHOUT_CERTIFICATE = 'client_certificate_required'

/** Every route that needs a caller may give these. */
export const WITH_CALLER = [
  'unauthorized',
  'forbidden',
  WITHOUT_CERTIFICATE,
  'too_many_requests',
  'identity_provider_unavailable',
  'overloaded',
] as const

/** What stands in the way of a consent's token. */
export const NO_TOKEN = [
  'consent_not_found',
  'consent_pending',
  'consent_unconfirmed',
  'reauthorization_required',
  'consent_expired',
  'consent_revoked',
  'consent_rejected',
  'consent_failed',
  'consent_abandoned',
  'consent_erased',
  'bank_unavailable',
] as const

/** Documents the problems of a caller's call on stored consents. */
export function problems(...codes: readonly ProblemCode[]): Record<number, object> {
  return onlyProblems(...WITH_CALLER, 'storage_unavailable', ...codes)
}

/** Documents these problems and what any call may give: one answer a status, an example for each code. */
export function onlyProblems(...codes: readonly ProblemCode[]): Record<number, object> {
  const byStatus = new Map<number, ProblemCode[]>()
  for (const code of new Set([...ANYWHERE, ...codes])) {
    const { status } = PROBLEMS[code]
    byStatus.set(status, [...(byStatus.get(status) ?? []), code])
  }
  return Object.fromEntries([...byStatus].map(([status, all]) => [status, problemResponse(status, all)]))
}

const RETRY_AFTER = Type.Integer({ minimum: 1, description: 'Seconds to wait before trying again.' })

const HEADERS: Readonly<Record<number, object>> = {
  401: { 'WWW-Authenticate': Type.String({ description: 'The scheme to use: Bearer (RFC 6750).' }) },
  403: {
    'WWW-Authenticate': Type.String({ description: 'What is lacking: `insufficient_scope` (RFC 6750).' }),
  },
  429: {
    'Retry-After': RETRY_AFTER,
    RateLimit: Type.String({
      description: 'What is left of the limit, and the seconds until it is whole again.',
    }),
    'RateLimit-Policy': Type.String({ description: 'The limit: `q` requests in `w` seconds.' }),
  },
  503: { 'Retry-After': RETRY_AFTER },
}

function problemResponse(status: number, codes: readonly ProblemCode[]): object {
  const examples = Object.fromEntries(codes.map((code) => [code, PROBLEM_EXAMPLES[code]]))
  const headers = HEADERS[status]
  return {
    description: codes.map((code) => `\`${code}\`: ${PROBLEMS[code].title}.`).join(' '),
    ...(headers === undefined ? {} : { headers }),
    content: { 'application/problem+json': { schema: ref(ProblemSchema), examples } },
  }
}
