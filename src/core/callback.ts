import type { AttemptRecord, ResultCode } from './authorization-store.ts'
import type { ConsentStatus } from './consent.ts'
import type { Exchanger } from './exchange.ts'
import type { CoreSettings, Ports } from './ports.ts'
import { randomSecret, type Secret } from './secret.ts'
import { type AuthorizationResult, verifierBinding } from './start-link.ts'
import { withinMs } from './within.ts'

export interface Callback {
  readonly state: Secret | null
  readonly code: Secret | null
  readonly error: string | null
  /** Finds the cookie of an attempt, by the digest of its `state`. */
  readonly cookieOf: (stateDigest: string) => Secret | null
}

/** What the customer's browser is shown. */
export type CallbackResult =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'other_browser' }
  | { readonly kind: 'ended' }
  | { readonly kind: 'in_progress' }
  | { readonly kind: 'start_again' }
  | { readonly kind: 'result'; readonly result: AuthorizationResult; readonly returnTo: string | null }

/**
 * Takes the customer back from the bank: `state` once, the browser bound, the exchange apart from the
 * browser. A reload from the bound browser shows progress or result (DESIGN section 3).
 */
export function createReceiveCallback(ports: Ports, settings: CoreSettings, exchanger: Exchanger) {
  const { authorizations, bank, clock, vault } = ports

  async function receive(callback: Callback): Promise<CallbackResult> {
    const record = await findAttempt(callback.state)
    if (record === null) return { kind: 'unknown' }
    if (!isBound(record, callback)) return { kind: 'other_browser' }
    const { authorization, attempt } = record
    if (authorization.status !== 'open' || attempt.consumedAt !== null) return show(record)
    if (authorization.abandonAt <= clock.now()) return { kind: 'ended' }
    return conclude(record, callback)
  }

  async function findAttempt(state: Secret | null): Promise<AttemptRecord | null> {
    return state === null ? null : authorizations.findAttempt(vault.digest(state))
  }

  async function conclude(record: AttemptRecord, { code, error }: Callback): Promise<CallbackResult> {
    if (error !== null) return refused(record, error)
    return code === null ? { kind: 'unknown' } : accept(record, code)
  }

  function isBound({ consent, attempt }: AttemptRecord, { cookieOf }: Callback): boolean {
    if (!consent.bindUserAgent) return true
    const cookie = cookieOf(attempt.stateDigest)
    return cookie !== null && vault.digest(cookie) === attempt.cookieDigest
  }

  async function refused(record: AttemptRecord, error: string): Promise<CallbackResult> {
    const reason = bank.readRefusal(error)
    if (reason === 'bank_trouble') return { kind: 'start_again' }
    await authorizations.reject({ ...(await spending(record)), reason })
    return show(record)
  }

  async function accept(record: AttemptRecord, code: Secret): Promise<CallbackResult> {
    const { attempt, authorization } = record
    const codeVerifier = await vault.open(
      attempt.codeVerifier,
      verifierBinding(authorization.consentId, attempt.stateDigest),
    )
    const ticket = await authorizations.acceptCallback(await spending(record))
    if (ticket !== null) {
      const exchange = exchanger.exchange({ ticket, code, codeVerifier })
      await withinMs(clock, exchange, settings.bankTimeoutMs)
    }
    return show(record)
  }

  async function spending({ attempt, authorization }: AttemptRecord) {
    return {
      authorizationId: authorization.id,
      stateDigest: attempt.stateDigest,
      resultCode: await newResultCode(authorization.consentId, authorization.id),
      now: clock.now(),
    }
  }

  async function newResultCode(consentId: string, authorizationId: string): Promise<ResultCode> {
    const code = randomSecret()
    const sealed = await vault.seal(code, resultCodeBinding(consentId, authorizationId))
    return { sealed, digest: vault.digest(code) }
  }

  /** Reads again what came of it, and says it. */
  async function show({ attempt }: AttemptRecord): Promise<CallbackResult> {
    const record = await authorizations.findAttempt(attempt.stateDigest)
    if (record === null) return { kind: 'ended' }
    switch (record.authorization.status) {
      case 'open':
        return { kind: 'start_again' }
      case 'exchanging':
        return { kind: 'in_progress' }
      case 'abandoned':
        return { kind: 'ended' }
      default:
        return { kind: 'result', result: record.authorization.status, returnTo: await returnTo(record) }
    }
  }

  async function returnTo({ authorization, consent }: AttemptRecord): Promise<string | null> {
    if (authorization.returnUrl === null) return null
    const url = new URL(authorization.returnUrl)
    url.searchParams.set('consent_id', consent.id)
    url.searchParams.set('status', statusToTell(consent.status, authorization))
    if (authorization.resultCode !== null) {
      const binding = resultCodeBinding(consent.id, authorization.id)
      url.searchParams.set('result_code', (await vault.open(authorization.resultCode, binding)).reveal())
    }
    return url.href
  }

  return receive
}

function statusToTell(
  status: ConsentStatus,
  { kind, status: result }: AttemptRecord['authorization'],
): string {
  // A renewal that failed leaves the consent as it is: the page must hear of the renewal, not of the consent.
  return kind === 'renewal' && result !== 'completed' ? result : status
}

function resultCodeBinding(consentId: string, authorizationId: string) {
  return { consentId, field: 'result_code', version: authorizationId } as const
}
