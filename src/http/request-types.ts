import type { Caller } from '../core/caller.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by authentication on every route under /v1. */
    caller: Caller | null
  }

  interface FastifyContextConfig {
    /** No log line: probes and scrapes. */
    quiet?: boolean
    /** A missing body stands for an empty object. */
    bodyOptional?: boolean
  }
}
