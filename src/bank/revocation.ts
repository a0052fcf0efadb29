import * as oauth from 'oauth4webapi'
import type { Secret } from '../core/secret.ts'
import type { BankRequest } from './exchange.ts'
import type { Lane } from './lane.ts'
import { throughOauth } from './token-endpoint.ts'

export interface RevocationOptions {
  readonly issuer: string
  readonly revocationEndpoint: string
  readonly clientId: string
  readonly timeoutMs: number
  readonly lane: Lane
}

/** Creates the call that ends a refresh token at the bank (RFC 7009); it never raises. */
export function createRevocation(options: RevocationOptions) {
  const as = { issuer: options.issuer, revocation_endpoint: options.revocationEndpoint }
  const client = { client_id: options.clientId }
  const hint = new URLSearchParams({ token_type_hint: 'refresh_token' })

  return async (refreshToken: Secret): Promise<'revoked' | 'failed'> => {
    const send = (request: BankRequest) => options.lane.send(request, options.timeoutMs)
    const ended = await throughOauth(options.revocationEndpoint, send, (sending) =>
      oauth.revocationRequest(as, client, oauth.None(), refreshToken.reveal(), {
        ...sending,
        additionalParameters: hint,
      }),
    )
    // 200 also for a token the bank never knew (section 2.2): either way it is dead.
    return ended?.state === 'answered' && ended.status === 200 ? 'revoked' : 'failed'
  }
}
