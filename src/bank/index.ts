import * as oauth from 'oauth4webapi'
import type { AuthorizationRefusal, Bank } from '../core/bank.ts'
import type { BankCertificate } from '../core/bank-certificate.ts'
import { Secret } from '../core/secret.ts'
import type { Tracer } from '../core/tracing.ts'
import { buildAuthorizationUrl } from './authorization-url.ts'
import { createConsentInfo } from './consent-info.ts'
import { type EndpointOptions, resolveEndpoints } from './endpoints.ts'
import { createLanes } from './lanes.ts'
import type { BankProfile } from './profiles.ts'
import type { TlsIdentity } from './proven-connection.ts'
import { createRevocation } from './revocation.ts'
import { catalogueNames, findClientScopeProblem, findScopeProblem } from './scopes.ts'
import { type ClockCheck, createTokenEndpoint } from './token-endpoint.ts'

export { assertInForce, describeCertificate } from './certificate.ts'
export { resolveEndpoints } from './endpoints.ts'
export { readCertificates } from './pem.ts'
export { type BankProfile, type ProfileName, profiles } from './profiles.ts'
export type { TlsIdentity } from './proven-connection.ts'
export { type Reached, reachEndpoint } from './reach.ts'
export { assertUsableIdentity, BANK_TLS_NAMES, type TlsSettingNames } from './tls-files.ts'
export type { ClockCheck } from './token-endpoint.ts'

export interface BankOptions extends EndpointOptions {
  readonly profile: BankProfile
  readonly clientId: string
  readonly apiKey: Secret
  readonly redirectUri: string
  /** PEM texts; the certificate identifies us to the bank (RFC 8705). */
  readonly tls?: TlsIdentity | undefined
  /** BANK_ABANDON_AFTER: how long one call to the token endpoint may go on. */
  readonly abandonAfterMs: number
  /** BANK_MAX_CONCURRENCY: connections for refreshing, and as many again for each other use. */
  readonly maxConcurrency: number
  /** CONSENT_VALIDITY: overrides the profile's. */
  readonly consentValidityMs?: number | null | undefined
  /** BANK_REFRESH_REPLAY: overrides the profile's. */
  readonly refreshReplay?: BankProfile['refreshReplay'] | null | undefined
  /** BANK_CERTIFICATE_BOUND_TOKENS: overrides the profile's. */
  readonly certificateBoundTokens?: boolean | null | undefined
  /** RENEWAL_ADVISED_BEFORE: overrides the profile's. */
  readonly renewalAdvisedBeforeMs?: number | null | undefined
  /** How long a Consent Info or a revocation may take; neither spends anything. */
  readonly timeoutMs?: number | undefined
  readonly now?: () => Date
  /** Held against the `Date` of every token answer. */
  readonly clockCheck?: ClockCheck | undefined
  readonly tracer?: Tracer | undefined
}

export interface OpenedBank extends Bank {
  /** The client certificate in use; null where there is none, as at a bank on loopback. */
  certificate(): BankCertificate | null
  /** Goes on as somebody else, without breaking what is under way; raises OperatorError and stays who it was. */
  become(identity: TlsIdentity): void
  close(): Promise<void>
}

const DEFAULT_TIMEOUT_MS = 10_000
/** Of a consent's life, at most, unless it is set: a short one is not to be renewed from its first day. */
const ADVISED_SHARE = 0.2

/** Creates the bank port for a profile; raises OperatorError where addresses or certificate are unusable. */
export function createBank(options: BankOptions): OpenedBank {
  const { profile, clientId, redirectUri, apiKey, abandonAfterMs } = options
  const { timeoutMs = DEFAULT_TIMEOUT_MS, now = () => new Date() } = options
  const consentValidityMs = options.consentValidityMs ?? profile.consentValidityMs
  const endpoints = resolveEndpoints(options, profile)
  const { issuer, authorization, token, api, revocation } = endpoints
  const bound = options.certificateBoundTokens ?? profile.certificateBoundTokens
  const { maxConcurrency: connections, tracer } = options
  const lanes = createLanes(options.tls ?? {}, { connections, tracer })
  const refreshLane = lanes.open(token, { proven: true })
  const grantLane = lanes.open(token, { proven: true })

  const grants = createTokenEndpoint({
    issuer,
    tokenEndpoint: token,
    clientId,
    redirectUri,
    pkce: profile.pkce,
    errorTables: profile,
    abandonAfterMs,
    now,
    nameScopes: (scope) => catalogueNames(profile, scope),
    clockCheck: options.clockCheck,
    bound,
    refreshLane,
    grantLane,
  })

  return {
    id: profile.id,
    consentValidityMs,
    codeTtlMs: profile.codeTtlMs,
    renewalAdvisedBeforeMs:
      options.renewalAdvisedBeforeMs ??
      Math.min(profile.renewalAdvisedBeforeMs, consentValidityMs * ADVISED_SHARE),
    defaultExpiresInSeconds: profile.defaultExpiresInSeconds,
    refreshReplay: options.refreshReplay ?? profile.refreshReplay,
    brands: profile.brands,
    scopeProblem: (scopes, transactionId) => findScopeProblem(profile, scopes, transactionId),
    clientScopeProblem: (scope) => findClientScopeProblem(profile, scope),
    authorizationUrl: (request) =>
      buildAuthorizationUrl({ profile, endpoint: authorization, clientId, redirectUri }, request),
    createPkce,
    readRefusal: (error) => readRefusal(profile, error),
    ...grants,
    probe: profile.probe ? () => grants.refresh(new Secret(oauth.generateRandomCodeVerifier())) : null,
    consentInfo: createConsentInfo({
      profile,
      apiBaseUrl: api,
      apiKey,
      timeoutMs,
      now,
      lane: lanes.open(api, { proven: false }),
    }),
    revoke:
      revocation === null
        ? async () => 'unsupported'
        : createRevocation({
            issuer,
            revocationEndpoint: revocation,
            clientId,
            timeoutMs,
            lane: lanes.open(revocation, { proven: false }),
          }),
    boundTo: () => (bound ? (lanes.certificate()?.thumbprint ?? null) : null),
    certificate: lanes.certificate,
    become: (identity) => lanes.become(identity, now()),
    close: lanes.close,
  }
}

/** Creates a verifier and its S256 challenge (RFC 7636 sections 4.1 and 4.2). */
async function createPkce() {
  const verifier = oauth.generateRandomCodeVerifier()
  return { verifier: new Secret(verifier), challenge: await oauth.calculatePKCECodeChallenge(verifier) }
}

function readRefusal(profile: BankProfile, error: string): AuthorizationRefusal {
  const known = Object.hasOwn(profile.refusals, error) ? profile.refusals[error] : undefined
  return known ?? profile.otherRefusal
}
