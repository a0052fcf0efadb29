import type { GatewayError } from '../gateway/gateway-errors.ts'
import { hasForeignCharacters, isBlank, isLonger, isWrongAmount, isWrongIban, type Rule } from './rules.ts'

/** What every payment has, by whatever names its API gives them. */
export interface TransferFields {
  readonly initiatingAccount: unknown
  readonly counterAccount: unknown
  readonly name: unknown
  readonly amount: unknown
  readonly currency: string
  readonly remittance: unknown
}

type TransferErrors = Readonly<
  Record<
    | 'initiatingAccount'
    | 'sameAccounts'
    | 'nameBlank'
    | 'nameLong'
    | 'nameCharacters'
    | 'amountMissing'
    | 'amount'
    | 'amountNotPositive'
    | 'remittanceLong'
    | 'remittanceCharacters',
    GatewayError
  >
>

/** The rules that every payment has to keep (PIS 1.2.1). */
export function transferRules(fields: TransferFields, errors: TransferErrors): Rule[] {
  const { initiatingAccount, counterAccount, name, amount, currency, remittance } = fields
  return [
    [isWrongIban(initiatingAccount), errors.initiatingAccount],
    [!isBlank(initiatingAccount) && initiatingAccount === counterAccount, errors.sameAccounts],
    [isBlank(name), errors.nameBlank],
    [isLonger(name, 70), errors.nameLong],
    [hasForeignCharacters(name), errors.nameCharacters],
    [isBlank(amount), errors.amountMissing],
    [isWrongAmount(amount, currency), errors.amount],
    [typeof amount === 'number' && amount <= 0, errors.amountNotPositive],
    [isLonger(remittance, 140), errors.remittanceLong],
    [hasForeignCharacters(remittance), errors.remittanceCharacters],
  ]
}
