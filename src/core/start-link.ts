import type { AuthorizationRecord } from './authorization-store.ts'
import type { Consent } from './consent.ts'
import type { CoreSettings, Ports } from './ports.ts'
import { randomSecret, type Secret } from './secret.ts'

/** Where a start link leads: to the bank, or to a page that says why not. */
export type StartLinkResult =
  | {
      readonly kind: 'to_bank'
      readonly url: string
      /** Names the cookie: each attempt has its own. */
      readonly stateDigest: string
      readonly cookie: Secret
    }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'ended' }
  | { readonly kind: 'too_many_attempts' }
  | { readonly kind: 'in_progress' }
  | { readonly kind: 'result'; readonly result: AuthorizationResult }

export type AuthorizationResult = 'completed' | 'rejected' | 'failed'

const MAX_ATTEMPTS = 10

/**
 * Begins an attempt: own `state`, PKCE and cookie. A scanner that follows the link spends an attempt and
 * nothing else (DESIGN section 3).
 */
export function createOpenStartLink(ports: Ports, settings: CoreSettings) {
  const { authorizations, bank, clock, vault } = ports

  async function open(ticket: Secret): Promise<StartLinkResult> {
    const record = await authorizations.findByTicket(vault.digest(ticket))
    if (record === null) return { kind: 'unknown' }
    const settled = settledResult(record, clock.now())
    return settled ?? beginAttempt(record)
  }

  async function beginAttempt({ authorization, consent }: AuthorizationRecord): Promise<StartLinkResult> {
    const state = randomSecret()
    const cookie = randomSecret()
    const pkce = await bank.createPkce()
    const stateDigest = vault.digest(state)
    const now = clock.now()
    const begun = await authorizations.beginAttempt({
      authorizationId: authorization.id,
      stateDigest,
      cookieDigest: vault.digest(cookie),
      codeVerifier: await vault.seal(pkce.verifier, verifierBinding(consent.id, stateDigest)),
      now,
      abandonAt: new Date(now.getTime() + settings.authorizationExpiresAfterMs),
      maxAttempts: MAX_ATTEMPTS,
    })
    if (!begun) return { kind: 'too_many_attempts' }
    return { kind: 'to_bank', url: bankUrl(consent, state, pkce.challenge), stateDigest, cookie }
  }

  function bankUrl(consent: Consent, state: Secret, codeChallenge: string): string {
    return bank.authorizationUrl({
      state,
      codeChallenge,
      scopes: consent.requestedScopes,
      bankBrand: consent.bankBrand,
      transactionId: consent.transactionId,
    })
  }

  return open
}

/** What a code verifier is bound to: the attempt whose `state` it belongs to. */
export function verifierBinding(consentId: string, stateDigest: string) {
  return { consentId, field: 'code_verifier', version: stateDigest } as const
}

function settledResult({ authorization, consent }: AuthorizationRecord, now: Date): StartLinkResult | null {
  switch (authorization.status) {
    case 'open':
      return authorization.expiresAt <= now || consent.status === 'revoked' ? { kind: 'ended' } : null
    case 'exchanging':
      return { kind: 'in_progress' }
    case 'abandoned':
      return { kind: 'ended' }
    default:
      return { kind: 'result', result: authorization.status }
  }
}
