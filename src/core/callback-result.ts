import type { AttemptRecord, Authorization } from './authorization-store.ts'
import { resultCodeBinding } from './bindings.ts'
import type { ConsentStatus } from './consent.ts'
import type { Ports } from './ports.ts'
import type { Secret } from './secret.ts'
import type { AuthorizationResult } from './start-link.ts'

/** Finds the cookie of an attempt, by the digest of its `state`. */
export type CookieOf = (stateDigest: string) => Secret | null

/** What the customer's browser is shown. */
export type CallbackResult =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'other_browser' }
  | { readonly kind: 'ended' }
  | { readonly kind: 'in_progress' }
  | { readonly kind: 'start_again' }
  | { readonly kind: 'result'; readonly result: AuthorizationResult; readonly returnTo: string | null }

/** Tells what came of an attempt, as often as its browser asks. */
export function createTellResult({ authorizations, vault }: Pick<Ports, 'authorizations' | 'vault'>) {
  async function tell(stateDigest: string, cookieOf: CookieOf): Promise<CallbackResult> {
    const record = await authorizations.findAttempt(stateDigest)
    if (record === null) return { kind: 'ended' }
    switch (record.authorization.status) {
      case 'open':
        return { kind: 'start_again' }
      case 'exchanging':
        return { kind: 'in_progress' }
      case 'abandoned':
        return { kind: 'ended' }
      default:
        return result(record, record.authorization.status, cookieOf)
    }
  }

  async function result(
    record: AttemptRecord,
    status: AuthorizationResult,
    cookieOf: CookieOf,
  ): Promise<CallbackResult> {
    const returnTo = (await isConcluding(record, cookieOf)) ? await returnUrl(record) : null
    if (returnTo === null && record.consent.status === 'revoked') return { kind: 'ended' }
    return { kind: 'result', result: status, returnTo }
  }

  /**
   * Whether this browser is the one that came back first. Another that opened the same link is shown the
   * result, and not given the code: it could confirm with it what somebody else consented to.
   */
  async function isConcluding(record: AttemptRecord, cookieOf: CookieOf): Promise<boolean> {
    const { attempt, authorization, consent } = record
    const { concludedBy } = authorization
    if (concludedBy === null || concludedBy === attempt.stateDigest) return concludedBy !== null
    const concluding = consent.bindUserAgent ? await authorizations.findAttempt(concludedBy) : null
    return concluding !== null && hasCookie(concluding, cookieOf)
  }

  function hasCookie({ attempt }: AttemptRecord, cookieOf: CookieOf): boolean {
    const cookie = cookieOf(attempt.stateDigest)
    return cookie !== null && vault.digest(cookie) === attempt.cookieDigest
  }

  async function returnUrl({ authorization, consent }: AttemptRecord): Promise<string | null> {
    if (authorization.returnUrl === null) return null
    const url = new URL(authorization.returnUrl)
    url.searchParams.set('consent_id', consent.id)
    url.searchParams.set('status', statusToTell(consent.status, authorization))
    if (authorization.outcome !== null) url.searchParams.set('status_reason', authorization.outcome)
    if (authorization.resultCode !== null) {
      const binding = resultCodeBinding(consent.id, authorization.id)
      url.searchParams.set('result_code', (await vault.open(authorization.resultCode, binding)).reveal())
    }
    return url.href
  }

  return { tell, hasCookie }
}

function statusToTell(status: ConsentStatus, { kind, status: result }: Authorization): string {
  // A renewal that failed leaves the consent as it is: the page must hear of the renewal, not of the consent.
  return kind === 'renewal' && result !== 'completed' ? result : status
}
