import type { AttemptRecord, ResultCode } from './authorization-store.ts'
import { resultCodeBinding, verifierBinding } from './bindings.ts'
import { type CallbackResult, type CookieOf, createTellResult } from './callback-result.ts'
import type { Exchanger } from './exchange.ts'
import type { CoreSettings, Ports } from './ports.ts'
import { randomSecret, type Secret } from './secret.ts'
import { withinMs } from './within.ts'

export interface Callback {
  readonly state: Secret | null
  readonly code: Secret | null
  readonly error: string | null
  readonly cookieOf: CookieOf
}

/**
 * Takes the customer back from the bank: `state` once, the browser bound, the exchange apart from the
 * browser. A reload from the bound browser shows progress or result (DESIGN section 3).
 */
export function createReceiveCallback(ports: Ports, settings: CoreSettings, exchanger: Exchanger) {
  const { authorizations, bank, clock, log, vault } = ports
  const { tell, hasCookie } = createTellResult(ports)

  async function receive(callback: Callback): Promise<CallbackResult> {
    const record = await findAttempt(callback.state)
    if (record === null) return { kind: 'unknown' }
    const { authorization, attempt, consent } = record
    if (consent.bindUserAgent && !hasCookie(record, callback.cookieOf)) return { kind: 'other_browser' }
    if (authorization.status === 'open' && attempt.consumedAt === null) {
      if (authorization.abandonAt <= clock.now()) return { kind: 'ended' }
      const early = await conclude(record, callback)
      if (early !== null) return early
    }
    return tell(attempt.stateDigest, callback.cookieOf)
  }

  async function findAttempt(state: Secret | null): Promise<AttemptRecord | null> {
    return state === null ? null : authorizations.findAttempt(vault.digest(state))
  }

  /** Resolves null where the answer stands in the store by now. */
  async function conclude(record: AttemptRecord, { code, error }: Callback): Promise<CallbackResult | null> {
    if (error !== null) return refused(record, error)
    if (code === null) return { kind: 'unknown' }
    await accept(record, code)
    return null
  }

  async function refused(record: AttemptRecord, error: string): Promise<CallbackResult | null> {
    const reason = bank.readRefusal(error)
    log.info({ consentId: record.consent.id, reason }, 'the bank sent the customer back without a code')
    if (reason === 'bank_trouble') return { kind: 'start_again' }
    await authorizations.reject({ ...(await spending(record)), reason })
    return null
  }

  async function accept(record: AttemptRecord, code: Secret): Promise<void> {
    const { attempt, authorization } = record
    if (attempt.codeVerifier === null) return
    const codeVerifier = await vault.open(
      attempt.codeVerifier,
      verifierBinding(authorization.consentId, attempt.stateDigest),
    )
    const input = await spending(record)
    const exchanged = exchanger.exchange({
      consentId: authorization.consentId,
      accept: () => authorizations.acceptCallback(input),
      code,
      codeVerifier,
    })
    await withinMs(clock, exchanged, settings.bankTimeoutMs)
  }

  async function spending({ attempt, authorization }: AttemptRecord) {
    return {
      consentId: authorization.consentId,
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

  return receive
}
