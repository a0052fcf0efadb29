import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Caller } from '../core/caller.ts'
import type { RefusalLog } from './limits/refusal-log.ts'
import type { Shedding } from './limits/shed-load.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by authentication on every route under /v1. */
    caller: Caller | null
    /** Why the caller was not recognised. */
    refusal: string | null
  }

  interface FastifyInstance {
    /** Requests whose answer has not left yet, in the order they came. */
    readonly unanswered: ReadonlySet<ServerResponse>
    /** Connections as TCP has them. */
    readonly sockets: ReadonlySet<Socket>
    readonly refusalLog: RefusalLog
  }

  interface FastifyContextConfig {
    /** No log line where all is well: probes and scrapes. */
    quiet?: boolean
    /** A missing body stands for an empty object. */
    bodyOptional?: boolean
    /** When it is refused under load; with most others, where it is left out. */
    shedding?: Shedding
    /** Answered without a client certificate, too, where others need one. */
    needsNoCertificate?: boolean
  }
}
