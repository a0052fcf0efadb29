import { badRequest, forbidden, type GatewayError } from '../gateway/gateway-errors.ts'

function bad(number: string, message: string): GatewayError {
  return badRequest(`MESSAGE_BAI729_${number}`, message)
}

/** The errors of standing orders, in the bank's words (PIS 1.2.1, 400, 403 and 404 of a standing order). */
export const standingOrderErrors = {
  frequency: bad('0005', 'Invalid frequency, dayOfExecution, amount, or executionRule.'),
  startDate: bad('0008', 'Format start date is invalid.'),
  startDatePast: bad('0009', 'Start date cannot be in past.'),
  startDateFar: bad('0010', 'Start date too far in future.'),
  endDate: bad('0011', 'Format end date is invalid.'),
  endBeforeStart: bad('0012', 'Start date cannot be greater than end date.'),
  initiatingAccount: bad('0013', 'Invalid initiating party account number.'),
  counterAccount: bad('0014', 'Invalid counter party account number.'),
  nameBlank: bad('0015', 'Counter party name is mandatory.'),
  nameLong: bad('0016', 'Counter party name is too long.'),
  nameCharacters: bad('0018', 'Counter party name has invalid character or characters.'),
  amountMissing: bad('0020', 'Amount is mandatory.'),
  amount: bad('0021', 'Amount is invalid.'),
  amountNotPositive: bad('0022', 'Amount can not be negative or zero.'),
  currencyNotEuro: bad('0023', 'Currency not allowed or invalid.'),
  remittanceLong: bad('0024', 'Remittance info field length can not be more than 140 characters.'),
  remittanceCharacters: bad('0025', 'Remittance info has invalid character or characters.'),
  dayOfExecution: bad('0026', 'Invalid day of execution provided.'),
  body: bad('0029', 'Error in JSON format'),
  status: bad('0050', 'Status of the payment does not allow execution.'),
  frequencyMissing: bad('0053', 'Frequency is mandatory.'),
  startDateMissing: bad('0054', 'Start Date is mandatory.'),
  sameAccounts: bad('0055', 'Initiating party account and counter party account can not be same.'),
  alreadyCancelled: bad('0056', 'Payment is already cancelled.'),
  notReleased: bad('0057', 'Stored or authorized payment can not be cancelled.'),
  wrongScope: forbidden('MESSAGE_BAI729_0003', 'Wrong scope provided in authorization token.'),
  /** The code for single payments: this list has none. */
  wrongGrantType: forbidden('MESSAGE_BAI561_0048', 'Wrong granttype for token.'),
  otherTransaction: forbidden('MESSAGE_BAI729_0051', 'Token not valid for requested transaction.'),
} satisfies Record<string, GatewayError>
