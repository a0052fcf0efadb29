import type { Server } from 'node:http'

/** What bounds a listener before and around its requests. */
export interface ServerLimits {
  /** One more is closed at once, unanswered. */
  readonly maxConnections: number
  /** Requests whose answer has not left, or that are still worked at; one more is answered 503 `overloaded`. */
  readonly maxInFlight: number
  /** By when the headers of a request must have come, and of a new connection its first. */
  readonly headersTimeoutMs: number
  /** By when a request must have come whole. */
  readonly requestTimeoutMs: number
  /** How long a connection may idle between two requests. */
  readonly keepAliveTimeoutMs: number
  /** How long a connection may stand still while it is answered; longer than any answer takes. */
  readonly stalledAfterMs: number
  /** How often these times are looked at. */
  readonly checkEveryMs: number
}

/** Longer than the 60 s after which balancers drop an idle connection: else they would send into a closed one. */
const LONGER_THAN_BALANCERS_MS = 72_000

/**
 * A thousand callers who come at once are served twice over. A waiting request takes about 20 KB of heap, and 65 to 90
 * of memory with its connection, so that a full house takes some 150 to 200 MB.
 */
export const INTERNAL_LIMITS: ServerLimits = {
  maxConnections: 4_096,
  maxInFlight: 2_048,
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 30_000,
  keepAliveTimeoutMs: LONGER_THAN_BALANCERS_MS,
  stalledAfterMs: 120_000,
  checkEveryMs: 2_000,
}

/** A customer opens a handful of pages, without a body. */
export const PUBLIC_LIMITS: ServerLimits = {
  ...INTERNAL_LIMITS,
  maxConnections: 1_024,
  maxInFlight: 512,
  requestTimeoutMs: 10_000,
}

/** Of all headers together, in bytes; and how many there may be. */
const LARGEST_HEAD_BYTES = 16 * 1024
export const MOST_HEADERS = 100

/** The part that only a new server takes: for `http.createServer`, and likewise for `https`. */
export function serverOptions({ headersTimeoutMs, checkEveryMs }: ServerLimits) {
  return {
    headersTimeout: headersTimeoutMs,
    connectionsCheckingInterval: checkEveryMs,
    maxHeaderSize: LARGEST_HEAD_BYTES,
  }
}

/** The part that Fastify sets. Requests a connection are not limited: Node would answer the next with an empty 503. */
export function fastifyLimits(limits: ServerLimits) {
  return {
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    connectionTimeout: limits.stalledAfterMs,
  }
}

/** The part that a server takes at any time. */
export function limitServer(server: Server, { maxConnections }: ServerLimits, onDrop: () => void): void {
  server.maxConnections = maxConnections
  server.on('drop', onDrop)
  // Node would leave out what is beyond: ours to count, and to refuse.
  server.maxHeadersCount = 0
}
