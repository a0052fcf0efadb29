/** What a customer is told of the payment order which a consent is for. */
export interface PaymentOrder {
  /** In decimal notation with a point, e.g. `12.50`. */
  readonly amount: string
  /** ISO 4217, e.g. `EUR`. */
  readonly currency: string
  readonly creditorName: string
  /** An IBAN, or another account number where the creditor's bank has none. */
  readonly creditorAccount: string
  readonly remittance: string | null
}

/** Finds the registered payment order of a `transactionId` (ABNAMRO.md §1.2). */
export type FindPaymentOrder = (transactionId: string) => PaymentOrder | undefined
