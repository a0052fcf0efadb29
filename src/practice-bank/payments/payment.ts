/** The single payments that can be registered (ABNAMRO.md §2). */
export type PaymentKind = 'sepa' | 'xborder' | 'recurrent'

/** What a standing order adds to a payment. */
export interface Recurrence {
  readonly frequency: string
  readonly startDate: string
  readonly endDate: string | null
}

/** What a TPP asked the bank to pay. */
export interface PaymentOrder {
  readonly kind: PaymentKind
  /** The account that was asked for; the customer may choose another. */
  readonly debtorAccount: string | null
  readonly creditorName: string
  readonly creditorAccount: string
  readonly amount: number
  readonly currency: string
  /** What the creditor reads. */
  readonly remittance: string | null
  /** A full date (RFC 3339 §5.6), where it is in the future. */
  readonly executionDate: string | null
  readonly recurrence: Recurrence | null
}

/** How far a payment has come; what of it is told depends on its kind. */
export type PaymentStatus = 'STORED' | 'AUTHORIZED' | 'SCHEDULED' | 'EXECUTED' | 'REJECTED' | 'CANCELLED'

/** A registered payment. */
export interface Payment extends PaymentOrder {
  readonly transactionId: string
  readonly status: PaymentStatus
  /** The account the customer chose at consent; null before. */
  readonly chosenAccount: string | null
}
