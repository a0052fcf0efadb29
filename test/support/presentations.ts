import type { PracticeBank, Presentation } from '../../src/practice-bank/index.ts'

/** Lists what the bank was shown of one grant's refresh tokens, oldest first. */
export function presentationsOfGrant({ ledger }: PracticeBank, grantId: string): Presentation[] {
  return ledger.presentations().filter((one) => one.grantId === grantId)
}
