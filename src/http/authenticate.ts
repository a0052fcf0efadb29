import type { FastifyRequest } from 'fastify'
import type { Caller } from '../core/caller.ts'
import { TryLaterError } from '../core/errors.ts'
import {
  isUnrecognized,
  type Recognition,
  type RecognizeCaller,
  type Refusal,
  UNKNOWN_KEY,
  type Unrecognized,
} from '../core/recognition.ts'
import { CHALLENGE, invalidToken } from './challenge.ts'
import type { Metrics } from './metrics.ts'
import { HttpError } from './problem.ts'

export interface AuthenticateOptions {
  readonly recognize: RecognizeCaller
  readonly metrics: Pick<Metrics, 'callerRefused'>
}

/** Identity providers that put groups into tokens make them long; Node takes 16 KiB of headers. */
const BEARER = /^Bearer +([\x21-\x7e]{1,8192})$/i

const NO_CREDENTIALS: Unrecognized = {
  refusal: 'no_credentials',
  detail: 'Send one Authorization header: Bearer, and a caller key or a JWT.',
}

/** Recognises the caller of a request (RFC 6750 section 2.1), or raises `unauthorized`. */
export function createAuthenticate({ recognize, metrics }: AuthenticateOptions) {
  function count(request: FastifyRequest, reason: Refusal | 'identity_provider_unavailable'): void {
    metrics.callerRefused(reason)
    request.refusal = reason
  }

  return async (request: FastifyRequest): Promise<void> => {
    const recognition = await recognizeSender(request, recognize).catch((error: unknown) => {
      if (error instanceof TryLaterError) count(request, 'identity_provider_unavailable')
      throw error
    })
    if (isUnrecognized(recognition)) {
      count(request, recognition.refusal)
      throw unauthorized(recognition)
    }
    request.caller = recognition
  }
}

/** The caller of an authenticated request. */
export function callerOf({ caller }: FastifyRequest): Caller {
  if (caller === null) throw unauthorized(NO_CREDENTIALS)
  return caller
}

async function recognizeSender({ raw }: FastifyRequest, recognize: RecognizeCaller): Promise<Recognition> {
  const { authorization } = raw.headers
  if (authorization === undefined || !/^Bearer( |$)/i.test(authorization)) return NO_CREDENTIALS
  const token = BEARER.exec(authorization)?.[1]
  return token === undefined ? UNKNOWN_KEY : recognize(token)
}

function unauthorized(nobody: Unrecognized): HttpError {
  const challenge = nobody.refusal === 'no_credentials' ? CHALLENGE : invalidToken(nobody)
  return new HttpError('unauthorized', nobody.detail, { headers: { 'www-authenticate': challenge } })
}
