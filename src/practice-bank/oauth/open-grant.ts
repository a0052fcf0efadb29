import type { BankState } from '../bank-state.ts'
import type { PracticeBankSettings } from '../options.ts'
import { paymentKinds } from '../payments/payment-kinds.ts'
import type { Consent } from './grants.ts'

/** Tells which of the scopes a bank in this mood grants (RFC 6749 §3.3: less than asked for is allowed). */
export function grantedScopesOf(
  { grantedScopes }: PracticeBankSettings,
  asked: readonly string[],
): readonly string[] {
  return grantedScopes === null ? asked : asked.filter((scope) => grantedScopes.includes(scope))
}

/** Opens the grant of a consent; a payment that it may release is authorised by it. */
export function openGrant(state: BankState, consent: Consent) {
  const opened = state.grants.open({ ...consent, scopes: grantedScopesOf(state.settings, consent.scopes) })
  authorisePayment(state, opened.grant)
  return opened
}

function authorisePayment({ payments }: BankState, { transactionId, iban, scopes }: Consent): void {
  const payment = payments.find(transactionId)
  if (payment?.status !== 'STORED') return
  const rules = paymentKinds.find(({ kind }) => kind === payment.kind)
  if (rules === undefined || !scopes.includes(rules.writeScope)) return
  payments.change(payment, { status: 'AUTHORIZED', chosenAccount: iban })
}
