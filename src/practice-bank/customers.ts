/** What kind of current account it is (ABNAMRO.md §7). */
export type AccountKind = 'commercial' | 'small_commercial' | 'retail'

/** A current account which a practice customer can give access to. */
export interface PracticeAccount {
  readonly iban: string
  readonly name: string
  readonly kind: AccountKind
}

/** Somebody who can log on at the consent application. */
export interface PracticeCustomer {
  readonly id: string
  readonly name: string
  /** The 8 digits that this customer's card reader shows, always the same ones. */
  readonly code: string
  readonly accounts: readonly PracticeAccount[]
}

/** The practice customers, on the sandbox's IBANs (ABNAMRO.md §7): several accounts, one, and none. */
export const practiceCustomers: readonly PracticeCustomer[] = [
  {
    id: 'several-accounts',
    name: 'Bakkerij De Vries B.V.',
    code: '40712836',
    accounts: [
      { iban: 'NL12ABNA9999876523', name: 'Bakkerij De Vries B.V.', kind: 'small_commercial' },
      { iban: 'NL62ABNA9999841479', name: 'De Vries Holding B.V.', kind: 'commercial' },
    ],
  },
  {
    id: 'one-account',
    name: 'S. Jansen',
    code: '59263184',
    accounts: [{ iban: 'NL58ABNA9999142181', name: 'S. Jansen', kind: 'retail' }],
  },
  { id: 'no-account', name: 'P. Bakker', code: '83150427', accounts: [] },
]

/** Finds a practice customer by id. */
export function findCustomer(id: string | undefined): PracticeCustomer | undefined {
  return practiceCustomers.find((customer) => customer.id === id)
}

/** Finds the practice customer who holds an account. */
export function findHolder(iban: string): PracticeCustomer | undefined {
  return practiceCustomers.find((customer) => customer.accounts.some((account) => account.iban === iban))
}
