import type { FastifyRequest } from 'fastify'
import type { createAuthenticate } from '../authenticate.ts'
import { HttpError } from '../problem.ts'
import type { Bounds } from './bounds.ts'
import { addressKey } from './client-address.ts'
import { createRateLimiter, type RateLimiter } from './rate-limiter.ts'
import { tooManyRequests } from './too-many-requests.ts'

type Authenticate = ReturnType<typeof createAuthenticate>

const CALLER_WINDOW_MS = 1_000
const MOST_CALLERS = 10_000

const BAD_KEYS = { max: 600, windowMs: 60_000 }
const MOST_ADDRESSES = 10_000

/**
 * Authenticates, and counts: requests by their caller, and refused keys by their address. Who sends many of these is
 * told to wait, but never one with a good key, for all services may come by one address. It keeps no guess from
 * being tried: that a key is 256 random bits does.
 */
export function limitCallers(
  authenticate: Authenticate,
  { maxRate, meter, monotonicMs }: Bounds,
): Authenticate {
  const max = maxRate ?? Number.POSITIVE_INFINITY
  const callers = createRateLimiter({ max, windowMs: CALLER_WINDOW_MS, maxKeys: MOST_CALLERS, monotonicMs })
  const badKeys = { ...BAD_KEYS, max: maxRate === null ? Number.POSITIVE_INFINITY : BAD_KEYS.max }
  const addresses = createRateLimiter({ ...badKeys, maxKeys: MOST_ADDRESSES, monotonicMs })

  function assertCallerWithin(callerId: string): void {
    const waitMs = callers(callerId)
    if (waitMs === null) return
    meter.refused('internal', 'caller_rate')
    const limit = { name: 'caller', max, windowMs: CALLER_WINDOW_MS, waitMs } as const
    throw tooManyRequests('This caller has sent too many requests.', limit)
  }

  return async (request) => {
    await authenticate(request).catch((error: unknown) => {
      throw isBadKey(error) ? answerBadKey(request, error) : error
    })
    if (maxRate !== null && request.caller !== null) assertCallerWithin(request.caller.id)
  }

  function answerBadKey(request: FastifyRequest, refusal: HttpError): HttpError {
    const waitMs = countAddress(addresses, request)
    if (waitMs === null) return refusal
    meter.refused('internal', 'bad_keys')
    const limit = { name: 'bad-keys', ...BAD_KEYS, waitMs } as const
    return tooManyRequests('Too many requests came from this address with keys that are not known.', limit)
  }
}

function isBadKey(error: unknown): error is HttpError {
  return error instanceof HttpError && error.code === 'unauthorized'
}

function countAddress(limiter: RateLimiter, { socket }: FastifyRequest): number | null {
  return limiter(addressKey(socket.remoteAddress ?? '') ?? '')
}
