import { badParameter, type GatewayError } from '../gateway/gateway-errors.ts'
import { counterAccountRules } from './counter-account-rules.ts'
import { executionDateRules, futureDate } from './execution-date.ts'
import type { PaymentOrder } from './payment.ts'
import {
  type Fields,
  firstBroken,
  isBlank,
  isLonger,
  isWrongIban,
  objectFrom,
  optionalText,
  type Rule,
  readObject,
  textFrom,
} from './rules.ts'
import { singlePaymentErrors as errors } from './single-payment-errors.ts'
import { transferRules } from './transfer-rules.ts'

/** Reads the body of `POST /v1/payments`, structured or not (PIS 1.2.1, SepaPayment). */
export function readSepaOrder(body: string, today: string): PaymentOrder | GatewayError {
  const fields = readObject(body)
  if (fields === undefined) return errors.body
  return firstBroken(sepaRules(fields, today)) ?? orderFrom(fields, today)
}

function sepaRules(fields: Fields, today: string): Rule[] {
  const { initiatingpartyAccountNumber, counterpartyAccountNumber, currency } = fields
  return [
    ...counterAccountRules(counterpartyAccountNumber),
    [isWrongIban(counterpartyAccountNumber), errors.counterAccount],
    [!isBlank(currency) && currency !== 'EUR', errors.currencyNotEuro],
    ...transferRules(
      {
        initiatingAccount: initiatingpartyAccountNumber,
        counterAccount: counterpartyAccountNumber,
        name: fields.counterpartyName,
        amount: fields.amount,
        currency: 'EUR',
        remittance: fields.remittanceInfo,
      },
      errors,
    ),
    ...structuredRules(fields),
    ...executionDateRules(fields.requestedExecutionDate, today),
  ]
}

function structuredRules({ remittanceInfo, structuredRemittanceInfo }: Fields): Rule[] {
  if (structuredRemittanceInfo === undefined) return []
  const { issuer, reference } = objectFrom(structuredRemittanceInfo) ?? {}
  return [
    [!isBlank(remittanceInfo), badParameter('remittanceInfo beside structuredRemittanceInfo')],
    [!['ISO', 'BBA', 'CUR'].includes(textFrom(issuer)), badParameter('structuredRemittanceInfo.issuer')],
    [isBlank(reference) || isLonger(reference, 35), errors.reference],
  ]
}

function orderFrom(fields: Fields, today: string): PaymentOrder {
  const structured = objectFrom(fields.structuredRemittanceInfo)
  return {
    kind: 'sepa',
    debtorAccount: optionalText(fields.initiatingpartyAccountNumber),
    creditorName: textFrom(fields.counterpartyName),
    creditorAccount: textFrom(fields.counterpartyAccountNumber),
    amount: Number(fields.amount),
    currency: 'EUR',
    remittance: optionalText(structured?.reference ?? fields.remittanceInfo),
    executionDate: futureDate(fields.requestedExecutionDate, today),
    recurrence: null,
  }
}
