import type { FastifyRequest } from 'fastify'
import type { Caller } from '../core/caller.ts'
import type { RecognizeCaller } from './callers.ts'
import { HttpError } from './problem.ts'

const CHALLENGE = 'Bearer realm="token-broker"'

/** Recognises the caller of a request (RFC 6750 section 2.1), or raises `unauthorized`. */
export function createAuthenticate(recognize: RecognizeCaller) {
  return async (request: FastifyRequest): Promise<void> => {
    const { authorization } = request.headers
    if (authorization === undefined)
      throw unauthorized('Send Authorization: Bearer and a caller key.', CHALLENGE)
    const token = /^Bearer ([\x21-\x7e]{1,4096})$/i.exec(authorization)?.[1]
    const caller = token === undefined ? null : recognize(token)
    if (caller === null) throw unauthorized('This key is not known.', `${CHALLENGE}, error="invalid_token"`)
    request.caller = caller
  }
}

/** The caller of an authenticated request. */
export function callerOf({ caller }: FastifyRequest): Caller {
  if (caller === null) throw unauthorized('Send Authorization: Bearer and a caller key.', CHALLENGE)
  return caller
}

function unauthorized(detail: string, challenge: string): HttpError {
  return new HttpError('unauthorized', detail, { headers: { 'www-authenticate': challenge } })
}
