import { type Answer, json } from '../answer.ts'
import type { GatewayError } from '../gateway/gateway-errors.ts'
import { accountErrors } from './account-errors.ts'
import type { AccountQuestion } from './account-routes.ts'
import { accountOf } from './bank-account.ts'
import { balanceCentsAt } from './bookings.ts'

/** Tells whether an amount can leave an account now, its credit line included (ABNAMRO.md §2). */
export function areFundsAvailable(iban: string, amount: number, now: number): boolean {
  const { creditLineCents } = accountOf(iban)
  return Math.round(amount * 100) <= balanceCentsAt(iban, now) + creditLineCents
}

/** Answers `GET /v1/accounts/{iban}/funds`; an amount has at most three decimals (Account Information 1.0.2). */
export function fundsAnswer({ iban, query, now }: AccountQuestion): Answer | GatewayError {
  const { amount, currency = 'EUR' } = query
  if (amount === undefined) return accountErrors.amountBlank
  if (!/^\d{1,12}(\.\d{1,3})?$/.test(amount) || Number(amount) === 0) return accountErrors.amount
  if (!/^[A-Z]{3}$/.test(currency)) return accountErrors.currency
  // The practice bank changes no money: an account has funds in its own currency only.
  const available = currency === accountOf(iban).currency && areFundsAvailable(iban, Number(amount), now)
  return json(200, { accountNumber: iban, amount: Number(amount), currency, available })
}
