import { accountOf } from './bank-account.ts'
import { balanceCentsAt } from './bookings.ts'

/** Tells whether an amount can leave an account now, its credit line included (ABNAMRO.md §2). */
export function areFundsAvailable(iban: string, amount: number, now: number): boolean {
  const { creditLineCents } = accountOf(iban)
  return Math.round(amount * 100) <= balanceCentsAt(iban, now) + creditLineCents
}
