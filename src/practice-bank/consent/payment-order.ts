/** What a customer is told of the payment order which a consent is for. */
export interface PaymentOrder {
  readonly amount: number
  /** ISO 4217, e.g. `EUR`. */
  readonly currency: string
  readonly creditorName: string
  /** An IBAN, or another account number where the creditor's bank has none. */
  readonly creditorAccount: string
  readonly remittance: string | null
  /** A full date (RFC 3339 §5.6), where it is not to be executed at once. */
  readonly executionDate: string | null
  /** Set for a standing order. */
  readonly recurrence: Recurrence | null
}

interface Recurrence {
  /** In the bank's words, e.g. `Monthly`. */
  readonly frequency: string
  readonly startDate: string
  readonly endDate: string | null
}

/** Finds the registered payment order of a `transactionId` (ABNAMRO.md §1.2). */
export type FindPaymentOrder = (transactionId: string) => PaymentOrder | undefined
