import type { FastifyRequest } from 'fastify'
import type { Bounds } from './bounds.ts'
import { addressKey } from './client-address.ts'
import { createRateLimiter } from './rate-limiter.ts'
import { tooManyRequests } from './too-many-requests.ts'

/** A code dies in 60 seconds: who is told to wait must come back well before that. */
const WINDOW_MS = 10_000
const WINDOWS_A_MINUTE = 6
const MOST_ADDRESSES = 20_000

export interface AddressLimitOptions extends Bounds {
  /** Tells a customer who comes back from the bank in the browser that set out. */
  readonly isReturning: (request: FastifyRequest) => boolean
  /** Called once: a proxy told of an address, but nobody has said that it may. */
  readonly onUntrustedProxy: () => void
}

/**
 * Counts requests by the customer's address. Customers on their way back from the bank have a count of their own, so
 * that whoever else shares their address does not use it up.
 */
export function limitAddresses(options: AddressLimitOptions): (request: FastifyRequest) => void {
  const { maxRate, meter, monotonicMs, isReturning } = options
  if (maxRate === null) return () => {}
  const max = Math.ceil(maxRate / WINDOWS_A_MINUTE)
  const limiter = { max, windowMs: WINDOW_MS, maxKeys: MOST_ADDRESSES, monotonicMs }
  const [others, returning] = [createRateLimiter(limiter), createRateLimiter(limiter)]
  const noteProxy = once(options.onUntrustedProxy)

  return (request) => {
    const { ip, socket, headers } = request
    if (headers['x-forwarded-for'] !== undefined && ip === socket.remoteAddress) noteProxy()
    const key = addressKey(ip) ?? addressKey(socket.remoteAddress ?? '') ?? ''
    const waitMs = (isReturning(request) ? returning : others)(key)
    if (waitMs === null) return
    meter.refused('public', 'address_rate')
    const limit = { name: 'address', max, windowMs: WINDOW_MS, waitMs } as const
    throw tooManyRequests('Too many requests came from this address.', limit)
  }
}

function once(run: () => void): () => void {
  let done = false
  return () => {
    if (done) return
    done = true
    run()
  }
}
