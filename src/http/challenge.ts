import type { ForbiddenError } from '../core/errors.ts'
import type { Unrecognized } from '../core/recognition.ts'

/** What is asked of who sent no credentials (RFC 6750 section 3): no error code, for nothing was wrong. */
export const CHALLENGE = 'Bearer realm="token-broker"'

/** Says what is wrong with a token (RFC 6750 section 3.1). */
export function invalidToken({ detail }: Unrecognized): string {
  return `${CHALLENGE}, error="invalid_token", error_description="${detail}"`
}

/** Says what a caller lacks; `scope` lists what is needed together, so it is left out where either would do. */
export function insufficientScope({ permissions }: ForbiddenError): string {
  const scope = permissions.length === 1 ? `, scope="${permissions[0]}"` : ''
  return `${CHALLENGE}, error="insufficient_scope"${scope}`
}
