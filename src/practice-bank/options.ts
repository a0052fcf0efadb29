import type { ServerOptions } from 'node:https'

/** What may be changed while the practice bank runs, by assignment or `PATCH /practice/settings`. */
export interface PracticeBankSettings {
  clientId: string
  /** Compared as strings, whole (ABNAMRO.md §1.2). */
  redirectUris: readonly string[]
  apiKey: string
  codeTtlMs: number
  accessTokenTtlSeconds: number
  consentValidityMs: number
  /** How long the refresh token rolled last still answers, with a fresh pair; the pair before dies (§3). */
  gracePeriodMs: number
  /** Grants only those of the scopes asked for that stand here; null grants all (RFC 6749 §3.3). */
  grantedScopes: readonly string[] | null
  /** Whether a used refresh token outside its grace ends the whole grant (RFC 9700 §4.14.2). */
  revokeGrantOnReuse: boolean
  /** Whether `POST /as/revoke_token.oauth2` is there; ABN AMRO documents none (ABNAMRO.md §6). */
  revocation: boolean
  /** The one certificate that the client id may come with, by its SHA-256 fingerprint; null takes any. */
  clientCertificateSha256: string | null
  /** How long each token answer is held back, after it was processed. */
  latencyMs: number
}

/** What a practice bank is made of; every field has a default. */
export interface PracticeBankOptions extends Partial<PracticeBankSettings> {
  /** `'off'` keeps totals only and forgets all but a grant's last tokens: for long benches. */
  ledger?: 'on' | 'off'
  /** Mounts `/practice/*`, which anyone who reaches the port can use. */
  controlInterface?: boolean
  /** The bank's clock, in epoch milliseconds. */
  now?: () => number
  /** Handed to `node:https` as it is; plain HTTP without it. */
  https?: ServerOptions
  /**
   * Opens a second listener, for the token and revocation endpoints alone, which the first then has no more: over
   * HTTPS with this key and certificate, for clients with a certificate of this `ca` (ABNAMRO.md §1.1).
   */
  tokenListener?: ServerOptions
}

const dayMs = 86_400_000

const defaults: PracticeBankSettings = {
  clientId: 'TPP_test',
  redirectUris: ['http://127.0.0.1:8081/callback'],
  apiKey: 'practice-api-key',
  codeTtlMs: 60_000,
  accessTokenTtlSeconds: 7200,
  consentValidityMs: 90 * dayMs,
  gracePeriodMs: 0,
  grantedScopes: null,
  revokeGrantOnReuse: false,
  revocation: false,
  clientCertificateSha256: null,
  latencyMs: 0,
}

/** Fills the settings nobody gave with ABN AMRO's values (ABNAMRO.md §3). */
export function settingsFrom(options: PracticeBankOptions): PracticeBankSettings {
  return {
    clientId: options.clientId ?? defaults.clientId,
    redirectUris: options.redirectUris ?? defaults.redirectUris,
    apiKey: options.apiKey ?? defaults.apiKey,
    codeTtlMs: options.codeTtlMs ?? defaults.codeTtlMs,
    accessTokenTtlSeconds: options.accessTokenTtlSeconds ?? defaults.accessTokenTtlSeconds,
    consentValidityMs: options.consentValidityMs ?? defaults.consentValidityMs,
    gracePeriodMs: options.gracePeriodMs ?? defaults.gracePeriodMs,
    grantedScopes: options.grantedScopes ?? defaults.grantedScopes,
    revokeGrantOnReuse: options.revokeGrantOnReuse ?? defaults.revokeGrantOnReuse,
    revocation: options.revocation ?? defaults.revocation,
    clientCertificateSha256: options.clientCertificateSha256 ?? defaults.clientCertificateSha256,
    latencyMs: options.latencyMs ?? defaults.latencyMs,
  }
}
