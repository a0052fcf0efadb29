import { badRequest, forbidden, type GatewayError } from '../gateway/gateway-errors.ts'

function bad(number: string, message: string): GatewayError {
  return badRequest(`MESSAGE_${number}`, message)
}

/** The errors of account information, in the bank's words (Account Information 1.0.2, Error codes). */
export const accountErrors = {
  toDate: bad('RST560_0008', 'To date is invalid'),
  fromDate: bad('RST560_0009', 'From date is invalid'),
  fromAfterTo: bad('RST560_0011', 'From date is greater than to date'),
  toInFuture: bad('RST560_0012', 'To date is greater than current date'),
  fromInFuture: bad('RST560_0013', 'From date is greater than current date'),
  amount: bad('RST560_0014', 'Amount is invalid'),
  currency: bad('RST560_0015', 'Currency is invalid'),
  amountBlank: bad('RST560_0018', 'Amount is blank'),
  fromTooOld: bad('BAI560_0029', 'From date is more than 18 months in the past'),
  noAccess: forbidden(
    'MESSAGE_RST560_0016',
    'No access to account. Please contact the account holder for details',
  ),
} satisfies Record<string, GatewayError>
