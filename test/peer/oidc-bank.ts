import { randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type GrantContext, Provider } from 'oidc-provider'
import type t from 'tap'
import type { BankEndpoints } from '../support/broker.ts'

type Test = Pick<typeof t, 'teardown'>

/** What oidc-provider answered to one refresh grant. */
export interface RefreshGrant {
  readonly refreshToken: string
  /** Null where it refused. */
  readonly nextRefreshToken: string | null
}

export interface OidcBank {
  readonly endpoints: BankEndpoints
  /** Every refresh grant it saw, in order. */
  readonly refreshGrants: readonly RefreshGrant[]
  /** The grants it revoked, each because a refresh token was used again. */
  readonly revokedGrants: readonly string[]
  isAccessTokenAlive(accessToken: string): Promise<boolean>
}

export interface OidcBankOptions {
  readonly clientId: string
  readonly redirectUri: string
  readonly scopes: readonly string[]
  readonly accessTokenTtlSeconds: number
}

/** Starts oidc-provider as the bank: each refresh token works once, and reuse revokes the whole grant. */
export async function startOidcBank(t: Test, options: OidcBankOptions): Promise<OidcBank> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => {
    server.close()
    server.closeAllConnections()
  })
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const provider = new Provider(issuer, configuration(options))
  server.on('request', provider.callback())
  return {
    endpoints: { authorization: `${issuer}/auth`, token: `${issuer}/token`, api: `${issuer}/v1` },
    ...recordGrants(provider),
    isAccessTokenAlive: async (accessToken) => (await provider.AccessToken.find(accessToken)) !== undefined,
  }
}

function recordGrants(provider: Provider): Pick<OidcBank, 'refreshGrants' | 'revokedGrants'> {
  const refreshGrants: RefreshGrant[] = []
  const revokedGrants: string[] = []
  const record = ({ oidc, body }: GrantContext, succeeded: boolean) => {
    const refreshToken = oidc.params?.refresh_token
    if (oidc.params?.grant_type !== 'refresh_token' || refreshToken === undefined) return
    refreshGrants.push({ refreshToken, nextRefreshToken: (succeeded && body.refresh_token) || null })
  }
  provider.on('grant.success', (context) => record(context, true))
  provider.on('grant.error', (context) => record(context, false))
  provider.on('grant.revoked', (_, grantId) => void revokedGrants.push(grantId))
  return { refreshGrants, revokedGrants }
}

function configuration({ clientId, redirectUri, scopes, accessTokenTtlSeconds }: OidcBankOptions) {
  return {
    clients: [
      {
        client_id: clientId,
        token_endpoint_auth_method: 'none',
        redirect_uris: [redirectUri],
        response_types: ['code'],
        grant_types: ['authorization_code', 'refresh_token'],
      },
    ],
    scopes,
    pkce: { required: () => true },
    // ABN AMRO gives one without `offline_access`.
    issueRefreshToken: () => true,
    rotateRefreshToken: true,
    findAccount: (_: unknown, accountId: string) => ({ accountId, claims: () => ({ sub: accountId }) }),
    cookies: { keys: [randomBytes(32).toString('hex')] },
    features: { devInteractions: { enabled: true } },
    ttl: {
      AccessToken: accessTokenTtlSeconds,
      AuthorizationCode: 60,
      RefreshToken: 3600,
      Grant: 3600,
      Session: 3600,
      Interaction: 3600,
    },
  }
}
