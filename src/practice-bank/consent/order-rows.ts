import type { PaymentOrder } from '../payments/payment.ts'
import { type Html, html } from './html.ts'
import { longDate, money, row } from './in-words.ts'
import { spaced } from './spaced.ts'
import type { StepView } from './step-view.ts'
import type { Language } from './texts.ts'
import { translations } from './translations.ts'

/** Describes the payment order, as far as the bank knows it; nothing where the consent is for none. */
export function orderRows({ flow: { request, language }, texts, order }: StepView): readonly Html[] {
  if (request.transactionId === null) return []
  const known = order === undefined ? [] : [...paymentRows(order, language), ...timeRows(order, language)]
  return [...known, row(texts.order.reference, request.transactionId)]
}

function paymentRows(order: PaymentOrder, language: Language): Html[] {
  const labels = translations[language].order
  const account = html`<span class="number">${spaced(order.creditorAccount)}</span>`
  return [
    row(labels.amount, money(order, language)),
    row(labels.creditor, order.creditorName),
    row(labels.creditorAccount, account),
    ...rowOf(labels.remittance, order.remittance),
  ]
}

function timeRows({ executionDate, recurrence }: PaymentOrder, language: Language): Html[] {
  const labels = translations[language].order
  const dateOf = (date: string | null) => date && longDate(Date.parse(date), language)
  if (recurrence === null) return rowOf(labels.executionDate, dateOf(executionDate))
  const { frequency, startDate, endDate } = recurrence
  return [
    row(labels.frequency, labels.frequencies[frequency] ?? frequency),
    ...rowOf(labels.startDate, dateOf(startDate)),
    ...rowOf(labels.endDate, dateOf(endDate)),
  ]
}

function rowOf(term: string, description: string | null): Html[] {
  return description ? [row(term, description)] : []
}
