/** A current account which a practice customer can give access to. */
export interface PracticeAccount {
  readonly iban: string
  readonly name: string
}

/** Somebody who can log on at the consent application. */
export interface PracticeCustomer {
  readonly id: string
  readonly name: string
  readonly accounts: readonly PracticeAccount[]
}

/** The practice customers, on the sandbox's IBANs (ABNAMRO.md §7): several accounts, one, and none. */
export const practiceCustomers: readonly PracticeCustomer[] = [
  {
    id: 'several-accounts',
    name: 'Bakkerij De Vries B.V.',
    accounts: [
      { iban: 'NL12ABNA9999876523', name: 'Bakkerij De Vries B.V.' },
      { iban: 'NL62ABNA9999841479', name: 'De Vries Holding B.V.' },
    ],
  },
  {
    id: 'one-account',
    name: 'S. Jansen',
    accounts: [{ iban: 'NL58ABNA9999142181', name: 'S. Jansen' }],
  },
  { id: 'no-account', name: 'P. Bakker', accounts: [] },
]

/** Finds a practice customer by id. */
export function findCustomer(id: string | undefined): PracticeCustomer | undefined {
  return practiceCustomers.find((customer) => customer.id === id)
}

/** Finds the practice customer who holds an account. */
export function findHolder(iban: string): PracticeCustomer | undefined {
  return practiceCustomers.find((customer) => customer.accounts.some((account) => account.iban === iban))
}
