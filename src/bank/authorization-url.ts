import type { AuthorizationRequest } from '../core/bank.ts'
import type { BankProfile } from './profiles.ts'

export interface AuthorizationClient {
  readonly profile: BankProfile
  readonly endpoint: string
  readonly clientId: string
  readonly redirectUri: string
}

/** Builds the browser's way to the bank (RFC 6749 section 4.1.1, RFC 7636 section 4.3, ABNAMRO.md 1.2). */
export function buildAuthorizationUrl(client: AuthorizationClient, request: AuthorizationRequest): string {
  const { profile } = client
  const url = new URL(client.endpoint)
  const parameters: Record<string, string | null> = {
    ...profile.authorizationParameters,
    response_type: 'code',
    client_id: client.clientId,
    redirect_uri: client.redirectUri,
    scope: request.scopes.join(' '),
    state: request.state.reveal(),
    code_challenge: profile.pkce ? request.codeChallenge : null,
    code_challenge_method: profile.pkce ? 'S256' : null,
    [profile.brandParameter]: request.bankBrand,
    [profile.transactionParameter]: request.transactionId,
  }
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== null) url.searchParams.set(name, value)
  }
  return url.href
}
