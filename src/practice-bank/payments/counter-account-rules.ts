import { isBlank, isLonger, type Rule, textFrom } from './rules.ts'
import { singlePaymentErrors as errors } from './single-payment-errors.ts'

/** The rules about the account that is paid to, whether it is an IBAN or not (PIS 1.2.1). */
export function counterAccountRules(account: unknown): Rule[] {
  return [
    [isBlank(account), errors.counterAccountBlank],
    [isLonger(account, 34), errors.counterAccountLong],
    [!/^[0-9A-Z]+$/.test(textFrom(account)), errors.counterAccountCharacters],
  ]
}
