import formbody from '@fastify/formbody'
import type { FastifyInstance } from 'fastify'
import type { BankState } from '../bank-state.ts'
import { mountRevocationEndpoint } from './revocation-endpoint.ts'
import { mountTokenEndpoint } from './token-endpoint.ts'

/** Mounts what clients send forms to, and in production over mutual TLS only (ABNAMRO.md §1.1). */
export async function mountFormEndpoints(app: FastifyInstance, state: BankState): Promise<void> {
  app.removeAllContentTypeParsers()
  await app.register(formbody)
  // PingFederate misses the parameters of any other body, and says so.
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, _body, done) => done(null, {}))
  mountTokenEndpoint(app, state)
  mountRevocationEndpoint(app, state)
}
