import { OperatorError } from '../core/errors.ts'
import { isLoopbackHttp } from './loopback.ts'
import type { BankProfile } from './profiles.ts'

/** Settings that override the profile's addresses, each by itself (DESIGN section 9). */
export interface EndpointOptions {
  readonly authorizationEndpoint?: string | undefined
  readonly tokenEndpoint?: string | undefined
  readonly apiBaseUrl?: string | undefined
  readonly revocationEndpoint?: string | undefined
}

export interface Endpoints {
  readonly issuer: string
  readonly authorization: string
  readonly token: string
  readonly api: string
  readonly revocation: string | null
}

/** Resolves the bank's addresses; raises OperatorError for one that is neither https nor http on loopback. */
export function resolveEndpoints(options: EndpointOptions, profile: BankProfile): Endpoints {
  const authorization = safe(options.authorizationEndpoint ?? profile.authorizationEndpoint)
  const revocation = options.revocationEndpoint ?? profile.revocationEndpoint
  return {
    issuer: new URL(authorization).origin,
    authorization,
    token: safe(options.tokenEndpoint ?? profile.tokenEndpoint),
    api: safe(options.apiBaseUrl ?? profile.apiBaseUrl),
    revocation: revocation === null ? null : safe(revocation),
  }
}

function safe(address: string): string {
  if (URL.canParse(address) && (address.startsWith('https://') || isLoopbackHttp(address))) return address
  throw new OperatorError('settings_invalid', 'An address of the bank is neither https nor http on loopback.')
}
