import type { AuthorizationRecord } from './authorization-store.ts'
import { verifierBinding } from './bindings.ts'
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
      /** How long the attempt may take; its cookie must live longer. */
      readonly attemptMs: number
    }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'ended' }
  | { readonly kind: 'too_many_attempts' }
  | { readonly kind: 'in_progress' }
  | { readonly kind: 'result'; readonly result: AuthorizationResult }

export type AuthorizationResult = 'completed' | 'rejected' | 'failed'

const MAX_ATTEMPTS = 10
/** So that no scanner of links, however busy, has used up the link when its customer comes. */
const ONE_MORE_EVERY_MS = 30_000

/**
 * Begins an attempt: own `state`, PKCE and cookie. A scanner that follows the link spends an attempt and
 * nothing else (DESIGN section 3), which comes back in half a minute.
 */
export function createOpenStartLink(ports: Ports, settings: CoreSettings) {
  const { authorizations, bank, clock, vault } = ports

  async function open(ticket: Secret): Promise<StartLinkResult> {
    const record = await authorizations.findByTicket(vault.digest(ticket))
    if (record === null) return { kind: 'unknown' }
    return settledResult(record, clock.now()) ?? (await beginAttempt(record)) ?? whyNot(ticket)
  }

  /** Another tab may have ended it between our read and our write. */
  async function whyNot(ticket: Secret): Promise<StartLinkResult> {
    const record = await authorizations.findByTicket(vault.digest(ticket))
    const settled = record === null ? null : settledResult(record, clock.now())
    return settled ?? { kind: 'too_many_attempts' }
  }

  async function beginAttempt({
    authorization,
    consent,
  }: AuthorizationRecord): Promise<StartLinkResult | null> {
    const state = randomSecret()
    const cookie = randomSecret()
    const pkce = await bank.createPkce()
    const stateDigest = vault.digest(state)
    const now = clock.now()
    const attemptMs = settings.authorizationExpiresAfterMs
    const begun = await authorizations.beginAttempt({
      authorizationId: authorization.id,
      stateDigest,
      cookieDigest: vault.digest(cookie),
      codeVerifier: await vault.seal(pkce.verifier, verifierBinding(consent.id, stateDigest)),
      now,
      abandonAt: new Date(now.getTime() + attemptMs),
      maxAttempts: MAX_ATTEMPTS,
      oneMoreEveryMs: ONE_MORE_EVERY_MS,
    })
    if (!begun) return null
    return { kind: 'to_bank', url: bankUrl(consent, state, pkce.challenge), stateDigest, cookie, attemptMs }
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

function settledResult({ authorization, consent }: AuthorizationRecord, now: Date): StartLinkResult | null {
  // Nobody has access any more: "you have given permission" would be untrue.
  if (consent.status === 'revoked') return { kind: 'ended' }
  switch (authorization.status) {
    case 'open':
      return authorization.expiresAt <= now ? { kind: 'ended' } : null
    case 'exchanging':
      return { kind: 'in_progress' }
    case 'abandoned':
      return { kind: 'ended' }
    default:
      return { kind: 'result', result: authorization.status }
  }
}
