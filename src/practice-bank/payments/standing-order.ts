import { daysBetween, isFullDate } from '../full-date.ts'
import { badParameter, type GatewayError } from '../gateway/gateway-errors.ts'
import type { PaymentOrder } from './payment.ts'
import {
  type Fields,
  firstBroken,
  isBlank,
  isWrongIban,
  objectFrom,
  optionalText,
  type Rule,
  readObject,
  textFrom,
} from './rules.ts'
import { standingOrderErrors as errors } from './standing-order-errors.ts'
import { transferRules } from './transfer-rules.ts'

const frequencies = [
  'Daily',
  'Weekly',
  'EveryTwoWeeks',
  'Monthly',
  'EveryTwoMonths',
  'Quarterly',
  'SemiAnnual',
  'Annual',
] as const

const daysAhead = 30

/** Reads the body of `POST /v1/payments/standingorder` (PIS 1.2.1, StandingOrder). */
export function readStandingOrder(body: string, today: string): PaymentOrder | GatewayError {
  const fields = readObject(body)
  if (fields === undefined) return errors.body
  const payment = objectFrom(fields.payment)
  if (payment === undefined) return badParameter('payment')
  const rules = [...recurrenceRules(fields, today), ...paymentRules(payment)]
  return firstBroken(rules) ?? orderFrom(fields, payment)
}

function recurrenceRules(fields: Fields, today: string): Rule[] {
  const { startDate, endDate, frequency, executionRule, dayOfExecution } = fields
  return [
    [isBlank(startDate), errors.startDateMissing],
    [!isFullDate(textFrom(startDate)), errors.startDate],
    [textFrom(startDate) < today, errors.startDatePast],
    [daysBetween(today, textFrom(startDate)) > daysAhead, errors.startDateFar],
    [!isBlank(endDate) && !isFullDate(textFrom(endDate)), errors.endDate],
    [!isBlank(endDate) && textFrom(endDate) < textFrom(startDate), errors.endBeforeStart],
    [isBlank(frequency), errors.frequencyMissing],
    [frequencyNamed(frequency) === undefined, errors.frequency],
    [!isBlank(executionRule) && !isExecutionRule(executionRule), errors.frequency],
    [
      !isBlank(dayOfExecution) && !/^(0[1-9]|[12]\d|3[01])$/.test(textFrom(dayOfExecution)),
      errors.dayOfExecution,
    ],
  ]
}

// The bank's sample writes MONTHLY and its schema Monthly.
function frequencyNamed(value: unknown): string | undefined {
  return frequencies.find((one) => one.toLowerCase() === textFrom(value).toLowerCase())
}

// Spelled as the bank spells them.
function isExecutionRule(value: unknown): boolean {
  return ['following', 'preceeding'].includes(textFrom(value).toLowerCase())
}

function paymentRules(payment: Fields): Rule[] {
  const { initiatingpartyAccountNumber, counterpartyAccountNumber, currency } = payment
  return [
    [isBlank(initiatingpartyAccountNumber), errors.initiatingAccount],
    [isBlank(counterpartyAccountNumber) || isWrongIban(counterpartyAccountNumber), errors.counterAccount],
    [!isBlank(currency) && currency !== 'EUR', errors.currencyNotEuro],
    ...transferRules(
      {
        initiatingAccount: initiatingpartyAccountNumber,
        counterAccount: counterpartyAccountNumber,
        name: payment.counterpartyName,
        amount: payment.amount,
        currency: 'EUR',
        remittance: payment.remittanceInfo,
      },
      errors,
    ),
  ]
}

function orderFrom({ startDate, endDate, frequency }: Fields, payment: Fields): PaymentOrder {
  return {
    kind: 'recurrent',
    debtorAccount: optionalText(payment.initiatingpartyAccountNumber),
    creditorName: textFrom(payment.counterpartyName),
    creditorAccount: textFrom(payment.counterpartyAccountNumber),
    amount: Number(payment.amount),
    currency: 'EUR',
    remittance: optionalText(payment.remittanceInfo),
    executionDate: null,
    recurrence: {
      frequency: frequencyNamed(frequency) ?? '',
      startDate: textFrom(startDate),
      endDate: optionalText(endDate),
    },
  }
}
