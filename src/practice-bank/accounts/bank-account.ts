import { findHolder } from '../customers.ts'
import { seededNumbers } from './seeded-numbers.ts'

/** What the bank knows of an account. */
export interface BankAccount {
  readonly iban: string
  readonly holderName: string
  /** Batches are for commercial accounts only. */
  readonly isCommercial: boolean
  readonly currency: 'EUR'
  /** What the account begins and ends each month with. */
  readonly baseBalanceCents: number
  readonly creditLineCents: number
}

/** The sandbox's accounts by kind (ABNAMRO.md §7). */
const commercial: Readonly<Record<string, boolean>> = {
  NL62ABNA9999841479: true,
  NL12ABNA9999876523: true,
  NL58ABNA9999142181: false,
}

const initials = ['A.', 'B.J.', 'C.', 'E.P.G.', 'H.', 'J.M.', 'L.', 'M.A.', 'R.', 'T.W.'] as const
const families = ['Bos', 'De Boer', 'Dekker', 'Jacobs', 'Mulder', 'Smit', 'Van Dijk', 'Visser'] as const

/** Tells of any account: a practice customer's, or one made up from its number, always the same. */
export function accountOf(iban: string): BankAccount {
  const draw = seededNumbers('account', iban)
  const madeUpName = `${initials[draw(initials.length)]} ${families[draw(families.length)]}`
  const madeUpKind = draw(2) === 1
  const known = findHolder(iban)?.accounts.find((account) => account.iban === iban)
  const isCommercial = commercial[iban] ?? madeUpKind
  return {
    iban,
    holderName: known?.name ?? madeUpName,
    isCommercial,
    currency: 'EUR',
    baseBalanceCents: (isCommercial ? 2_000_000 : 250_000) + draw(500_000),
    creditLineCents: isCommercial ? 1_000_000 : 50_000,
  }
}
