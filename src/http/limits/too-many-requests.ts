import { HttpError } from '../problem.ts'

export interface ExceededLimit {
  /** Of the policy, as `RateLimit` names it. */
  readonly name: 'caller' | 'bad-keys' | 'address'
  readonly max: number
  readonly windowMs: number
  readonly waitMs: number
}

/**
 * Makes the answer to one request too many, with the headers of draft-ietf-httpapi-ratelimit-headers-10. Answers
 * within the limit carry none: it is counted by each replica, and a client could not tell which it meets next.
 */
export function tooManyRequests(detail: string, { name, max, windowMs, waitMs }: ExceededLimit): HttpError {
  const waitSeconds = Math.max(1, Math.ceil(waitMs / 1000))
  return new HttpError('too_many_requests', detail, {
    headers: {
      'retry-after': String(waitSeconds),
      'ratelimit-policy': `"${name}";q=${max};w=${Math.ceil(windowMs / 1000)}`,
      ratelimit: `"${name}";r=0;t=${waitSeconds}`,
    },
  })
}
