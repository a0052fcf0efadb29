import type { Secret } from './secret.ts'
import type { ReplayPolicy } from './token-store.ts'
import type { BankTokens } from './tokens.ts'

/** What one call to the token endpoint came to (DESIGN 4.2): the core decides by `kind` alone. */
export type TokenOutcome =
  | { readonly kind: 'granted'; readonly tokens: BankTokens }
  | NotProcessed
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'our_fault'; readonly reason: string }
  | { readonly kind: 'uncertain'; readonly reason: string; readonly unreadableAnswer?: Secret }

/** The bank did nothing with the request; `left` tells whether it was sent at all. */
export interface NotProcessed {
  readonly kind: 'not_processed'
  readonly reason: string
  readonly left: boolean
  readonly retryAfterMs?: number
}

/** What Consent Info says of an access token (ABNAMRO.md section 5): the core decides by `kind` alone. */
export type ConsentInfo = ToldConsent | UntoldConsent

/** Each member is null where the bank left it out. */
export interface ToldConsent {
  readonly kind: 'known'
  readonly iban: string | null
  readonly scopes: readonly string[] | null
  readonly transactionId: string | null
}

export interface UntoldConsent {
  /**
   * `rejected`: the bank takes the token no more. `no_access`: it takes the token, but not for an account.
   * `busy`: it was asked too often. `our_fault`: it refuses us. `unknown`: nothing is known of the token.
   */
  readonly kind: 'rejected' | 'no_access' | 'busy' | 'our_fault' | 'unknown'
  readonly reason: string
  readonly retryAfterMs?: number
}

/** An error redirect of the authorization endpoint, read by its `error` member (ABNAMRO.md 1.2). */
export type AuthorizationRefusal = 'cancelled_by_customer' | 'no_account' | 'bank_trouble'

export interface AuthorizationRequest {
  readonly state: Secret
  readonly codeChallenge: string
  readonly scopes: readonly string[]
  readonly bankBrand: string | null
  readonly transactionId: string | null
}

export interface Bank {
  /** The profile's name, kept with each consent. */
  readonly id: string
  /** How long a consent lasts from its authorization. */
  readonly consentValidityMs: number
  /** How long an authorization code lives (RFC 6749 section 4.1.2). */
  readonly codeTtlMs: number
  /** How long before a consent's end a renewal is advised. */
  readonly renewalAdvisedBeforeMs: number
  /** Used where an answer lacks `expires_in` (RFC 6749 section 5.1 only recommends it). */
  readonly defaultExpiresInSeconds: number
  /** When a refresh token whose answer was lost may be presented once more (DESIGN 4.3). */
  readonly refreshReplay: ReplayPolicy
  readonly brands: readonly string[]
  /** Says what is wrong with these scopes taken together, or null. */
  scopeProblem(scopes: readonly string[], transactionId: string | null): ScopeProblem | null
  /** Says why a client token can't be had for this scope, or null. */
  clientScopeProblem(scope: string): string | null
  /** Builds the browser's way to the bank (RFC 6749 section 4.1.1, RFC 7636 section 4.3). */
  authorizationUrl(request: AuthorizationRequest): string
  createPkce(): Promise<{ readonly verifier: Secret; readonly challenge: string }>
  readRefusal(error: string): AuthorizationRefusal
  exchangeCode(code: Secret, codeVerifier: Secret): Promise<TokenOutcome>
  refresh(refreshToken: Secret): Promise<TokenOutcome>
  /** The certificate that new tokens are bound to, as `x5t#S256`; null where the bank binds none (RFC 8705 section 3). */
  boundTo(): string | null
  /** Presents a refresh token that never was one: `refused` by a bank that is well. Null where that is not done. */
  readonly probe: (() => Promise<TokenOutcome>) | null
  clientToken(scope: string): Promise<TokenOutcome>
  consentInfo(accessToken: Secret): Promise<ConsentInfo>
  /** Revokes at the bank where the profile has an endpoint (RFC 7009); never raises. */
  revoke(refreshToken: Secret): Promise<'revoked' | 'unsupported' | 'failed'>
}

export interface ScopeProblem {
  readonly field: 'scopes' | 'transaction_id'
  readonly problem: string
}
