import { badParameter, type GatewayError } from '../gateway/gateway-errors.ts'
import { counterAccountRules } from './counter-account-rules.ts'
import { executionDateRules, futureDate } from './execution-date.ts'
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
import { singlePaymentErrors as errors } from './single-payment-errors.ts'
import { transferRules } from './transfer-rules.ts'

/** Reads the body of `POST /v1/payments/xborder` (PIS 1.2.1, XBorderPayment). */
export function readXborderOrder(body: string, today: string): PaymentOrder | GatewayError {
  const fields = readObject(body)
  if (fields === undefined) return errors.body
  const currency = currencyOf(fields)
  if (typeof currency !== 'string') return currency
  return firstBroken(xborderRules(fields, currency, today)) ?? orderFrom(fields, currency, today)
}

function currencyOf({ currency }: Fields): string | GatewayError {
  if (isBlank(currency)) return errors.currencyMissing
  const text = textFrom(currency)
  return /^[A-Z]{3}$/.test(text) ? text : badParameter('currency')
}

function xborderRules(fields: Fields, currency: string, today: string): Rule[] {
  const initiating = objectFrom(fields.initiatingParty) ?? {}
  const counterparty = objectFrom(fields.counterParty)
  return [
    ...counterpartyRules(counterparty),
    ...transferRules(
      {
        initiatingAccount: initiating.accountNumber,
        counterAccount: counterparty?.accountNumber,
        name: counterparty?.name,
        amount: fields.amount,
        currency,
        remittance: fields.remittanceInfo,
      },
      errors,
    ),
    [isWrongChargesBearer(fields.chargesBearer), errors.chargesBearer],
    ...executionDateRules(fields.requestedExecutionDate, today),
  ]
}

function counterpartyRules(counterparty: Fields | undefined): Rule[] {
  const { accountNumber, accountNumberType, bankIdentifier, bankIdentifierType } = counterparty ?? {}
  const isIbanAsked = upper(accountNumberType) === 'IBAN'
  return [
    [counterparty === undefined, errors.counterpartyMissing],
    [isBlank(accountNumberType), errors.accountTypeMissing],
    // The bank's sample writes IBAN and its schema iban.
    [!['IBAN', 'BBAN'].includes(upper(accountNumberType)), errors.accountType],
    ...counterAccountRules(accountNumber),
    [isIbanAsked && isWrongIban(accountNumber), errors.counterAccount],
    [isBlank(bankIdentifierType), errors.bankIdentifierTypeMissing],
    [!['SWIFTBIC', 'UKSORTCODE', 'FEDWIRE'].includes(upper(bankIdentifierType)), errors.bankIdentifierType],
    [isBlank(bankIdentifier), errors.bankIdentifierMissing],
    [!/^[A-Z0-9]+$/.test(textFrom(bankIdentifier)), badParameter('counterParty.bankIdentifier')],
  ]
}

function upper(value: unknown): string {
  return textFrom(value).toUpperCase()
}

function isWrongChargesBearer(value: unknown): boolean {
  return !isBlank(value) && !['SHA', 'BEN', 'OUR'].includes(textFrom(value))
}

function orderFrom(fields: Fields, currency: string, today: string): PaymentOrder {
  const counterparty = objectFrom(fields.counterParty) ?? {}
  return {
    kind: 'xborder',
    debtorAccount: optionalText(objectFrom(fields.initiatingParty)?.accountNumber),
    creditorName: textFrom(counterparty.name),
    creditorAccount: textFrom(counterparty.accountNumber),
    amount: Number(fields.amount),
    currency,
    remittance: optionalText(fields.remittanceInfo),
    executionDate: futureDate(fields.requestedExecutionDate, today),
    recurrence: null,
  }
}
