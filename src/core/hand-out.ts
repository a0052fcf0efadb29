import { assertNotErased } from './assert-not-erased.ts'
import { type Consent, effectiveStatus } from './consent.ts'
import type { ConsentRecord, StoredTokens } from './consent-store.ts'
import { EndedConsentError, RenewConsentError, TryLaterError, WaitForCustomerError } from './errors.ts'
import type { Secret } from './secret.ts'

export type RefreshState = 'ok' | 'delayed' | 'lost'

export interface HandOut {
  readonly consentId: string
  readonly consent: Pick<Consent, 'status' | 'authorizedAt' | 'expiresAt' | 'erasedAt'>
  readonly accessToken: Secret
  /** Keyed hash of the access token, for the audit line. */
  readonly fingerprint: string
  readonly tokenType: string
  readonly expiresAt: Date
  readonly scope: string
  readonly refreshState: RefreshState
}

/** A record whose access token has been opened. */
export interface OpenedTokens {
  readonly record: ConsentRecord
  readonly tokens: StoredTokens
  readonly accessToken: Secret
  readonly fingerprint: string
}

/** A record with its access token opened, or without one that could be; `stale` where the row can't be read. */
export type Readable = (OpenedTokens & { readonly stale?: boolean }) | { readonly record: ConsentRecord }

export function isOpened(readable: Readable): readable is OpenedTokens & { stale?: boolean } {
  return 'accessToken' in readable
}

const ENDED = {
  revoked: ['consent_revoked', 'The consent was revoked.'],
  rejected: ['consent_rejected', 'The customer rejected the consent, or had no account to offer.'],
  failed: ['consent_failed', 'The authorization failed.'],
  abandoned: ['consent_abandoned', 'The customer never came back from the bank.'],
} as const

/** Raises the problem of section 8 that stands in the way of any hand-out, however alive the token. */
export function assertHandOutAllowed({ consent }: ConsentRecord, now: Date): void {
  // Its status may say that a renewal mends it: none does.
  assertNotErased(consent)
  const status = effectiveStatus(consent, now)
  switch (status) {
    case 'active':
      break
    case 'pending':
      throw new WaitForCustomerError('consent_pending', 'The customer has not given this consent yet.')
    case 'expired':
      throw new RenewConsentError('consent_expired', 'The consent has reached its end: renew it.')
    case 'reauthorization_required':
      // A lost rotation leaves the access token alive; a refusal means that the customer probably withdrew.
      if (consent.statusReason !== 'rotation_lost') throw reauthorizationRequired()
      break
    default: {
      const [code, text] = ENDED[status]
      throw new EndedConsentError(code, text)
    }
  }
  if (consent.confirm && consent.confirmedAt === null) {
    throw new WaitForCustomerError('consent_unconfirmed', 'The consent waits for its confirmation.')
  }
}

/** Whether memory may answer: a refusal is the row's to give, which a renewal may have mended just now. */
export function mayAnswerFromMemory({ consent }: ConsentRecord, now: Date): boolean {
  const confirmed = !consent.confirm || consent.confirmedAt !== null
  return confirmed && effectiveStatus(consent, now) === 'active'
}

export function reauthorizationRequired(): RenewConsentError {
  return new RenewConsentError(
    'reauthorization_required',
    'The bank gives no more tokens for this consent: renew it.',
  )
}

/** The problem to raise where no live token is left. */
export function nothingToHandOut({ consent, tokens, standstill }: ConsentRecord, now: Date): Error {
  if (consent.status === 'reauthorization_required') return reauthorizationRequired()
  const retryAt = tokens?.retryAt ?? null
  const waitMs = standstill !== null || retryAt === null ? 5_000 : retryAt.getTime() - now.getTime()
  return new TryLaterError('bank_unavailable', waitMs / 1000)
}

/** Tells a caller how the token's rotation stands (DESIGN section 5). */
export function refreshState({ consent, tokens, standstill }: ConsentRecord, now: Date): RefreshState {
  if (consent.status === 'reauthorization_required') return 'lost'
  if (tokens === null || tokens.dueAt === null) return 'ok'
  const failing = tokens.consecutiveFailures > 0
  const stuck = tokens.presentations > 0 && (tokens.leaseUntil === null || tokens.leaseUntil <= now)
  return failing || stuck || (standstill !== null && tokens.dueAt <= now) ? 'delayed' : 'ok'
}

export function toHandOut(opened: OpenedTokens, state: RefreshState): HandOut {
  const { record, tokens, accessToken, fingerprint } = opened
  const { consent } = record
  return {
    consentId: consent.id,
    consent,
    accessToken,
    fingerprint,
    tokenType: tokens.tokenType,
    expiresAt: tokens.accessExpiresAt,
    scope: grantedScope(tokens, consent),
    refreshState: state,
  }
}

/** The token's scopes as its answer told them, without those that Consent Info knows not to be granted. */
function grantedScope({ scope }: StoredTokens, { scopes, requestedScopes }: Consent): string {
  if (scope === null) return (scopes ?? requestedScopes).join(' ')
  const granted = scope.split(' ').filter((name) => scopes?.includes(name) !== false)
  return granted.length === 0 ? scope : granted.join(' ')
}
