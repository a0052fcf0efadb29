import type { Parameters } from '../parameters.ts'
import type { PaymentOrder } from '../payments/payment.ts'
import type { ConsentFlow } from './consent-flows.ts'
import type { Complaint } from './form.ts'
import type { Html } from './html.ts'
import type { Texts } from './texts.ts'

/** What a step's page is made from. */
export interface StepView {
  readonly flow: ConsentFlow
  readonly texts: Texts
  readonly consentEndsAt: number
  /** What the bank knows of the payment order that is asked for. */
  readonly order: PaymentOrder | undefined
  /** What the customer typed and chose so far on this page. */
  readonly typed: Parameters['values']
  readonly complaint: Complaint | undefined
}

/** A step's page. */
export interface StepPage {
  readonly title: string
  readonly content: Html
}

/** Tells whether the consent is for one registered payment order (ABNAMRO.md §1.2). */
export function isForOrder({ request }: ConsentFlow): boolean {
  return request.transactionId !== null
}
