import type { Bank } from './core/bank.ts'
import type { Clock } from './core/clock.ts'
import type { BankCall, BankCallOutcome, BankMeter } from './http/metrics/bank-calls.ts'

/** A bank whose calls are counted and timed. */
export function meterBank(bank: Bank, meter: BankMeter, clock: Pick<Clock, 'monotonicMs'>): Bank {
  async function metered<T>(call: BankCall, made: Promise<T>, kindOf: (answer: T) => BankCallOutcome) {
    const beganMs = clock.monotonicMs()
    const answer = await made
    meter.bankCall(call, kindOf(answer), clock.monotonicMs() - beganMs)
    return answer
  }

  const kind = <K extends BankCallOutcome>(answer: { readonly kind: K }) => answer.kind
  const { probe } = bank
  return {
    ...bank,
    exchangeCode: (code, verifier) => metered('code_exchange', bank.exchangeCode(code, verifier), kind),
    refresh: (refreshToken) => metered('refresh', bank.refresh(refreshToken), kind),
    probe: probe === null ? null : () => metered('probe', probe(), kind),
    clientToken: (scope) => metered('client_token', bank.clientToken(scope), kind),
    consentInfo: (accessToken) => metered('consent_info', bank.consentInfo(accessToken), kind),
    revoke: async (refreshToken) => {
      const beganMs = clock.monotonicMs()
      const result = await bank.revoke(refreshToken)
      // A bank without an endpoint was not called.
      if (result !== 'unsupported') meter.bankCall('revocation', result, clock.monotonicMs() - beganMs)
      return result
    },
  }
}
