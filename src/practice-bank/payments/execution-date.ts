import { daysBetween, isFullDate } from '../full-date.ts'
import { badParameter } from '../gateway/gateway-errors.ts'
import { isBlank, type Rule, textFrom } from './rules.ts'
import { singlePaymentErrors as errors } from './single-payment-errors.ts'

const daysAhead = 364

/** The rules about the day a payment is to be executed on: at most 364 days ahead (PIS 1.2.1). */
export function executionDateRules(date: unknown, today: string): Rule[] {
  if (isBlank(date)) return []
  const text = textFrom(date)
  return [
    [!isFullDate(text), badParameter('requestedExecutionDate')],
    [daysBetween(today, text) > daysAhead, errors.dateOutOfRange],
  ]
}

/** Takes the day where it is still to come; any other means at once. */
export function futureDate(date: unknown, today: string): string | null {
  const text = textFrom(date)
  return text > today ? text : null
}
