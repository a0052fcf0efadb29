import type { PairId } from './tokens.ts'
import { type Binding, pairVersion } from './vault.ts'

/** What a code verifier is bound to: the attempt whose `state` it belongs to. */
export function verifierBinding(consentId: string, stateDigest: string): Binding {
  return { consentId, field: 'code_verifier', version: stateDigest }
}

/** What a result code is bound to: the authorization that it proves. */
export function resultCodeBinding(consentId: string, authorizationId: string): Binding {
  return { consentId, field: 'result_code', version: authorizationId }
}

/** What an answer kept for an `Idempotency-Key` is bound to: the consent that it started. */
export function answerBinding(consentId: string): Binding {
  return { consentId, field: 'stored_answer', version: '1' }
}

/** What an account is bound to: a consent has one, whatever its chain. */
export function ibanBinding(consentId: string): Binding {
  return { consentId, field: 'iban', version: '1' }
}

/** What a 2xx that nobody could read is bound to: the pair that was presented for it. */
export function unreadableBinding({ consentId, ...pair }: PairId): Binding {
  return { consentId, field: 'unreadable_answer', version: pairVersion(pair) }
}

/** What a 2xx to a code that nobody could read is bound to: the authorization whose code it was. */
export function unreadableExchangeBinding(consentId: string, authorizationId: string): Binding {
  return { consentId, field: 'unreadable_answer', version: authorizationId }
}
