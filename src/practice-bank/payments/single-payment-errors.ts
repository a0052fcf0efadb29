import { badRequest, forbidden, type GatewayError } from '../gateway/gateway-errors.ts'

function bad(number: string, message: string): GatewayError {
  return badRequest(`MESSAGE_BAI561_${number}`, message)
}

/** The errors of SEPA and cross-border payments, in the bank's words (PIS 1.2.1, 400, 403 and 404 of a single payment). */
export const singlePaymentErrors = {
  initiatingAccount: bad('0017', 'Invalid initiating party account number.'),
  counterAccount: bad('0018', 'Invalid counter party account number.'),
  sameAccounts: bad('0019', 'Initiating Party and counterparty account numbers are same.'),
  remittanceCharacters: bad('0022', 'Remittance information has invalid character or characters.'),
  nameCharacters: bad('0023', 'Counter party name has invalid character or characters.'),
  amountNotPositive: bad('0024', 'Amount is negative or zero.'),
  currencyNotEuro: bad('0043', "Currency is not 'EUR'."),
  counterAccountBlank: bad('0060', 'Counterparty account number is blank.'),
  counterAccountLong: bad('0061', 'Counterparty account number length is greater than 34.'),
  counterAccountCharacters: bad('0062', 'Counterparty account number is not alphanumeric.'),
  amountMissing: bad('0063', 'Amount is mandatory.'),
  amount: bad('0064', 'Amount is invalid.'),
  reference: bad('0065', 'Invalid reference ID.'),
  body: bad('0066', 'Invalid request body.'),
  otherTransaction: bad('0067', 'Mismatch TransactionID call and token.'),
  status: bad('0068', 'Error occurred when status for the payment is other than STORED.'),
  // The bank's list says "account number" in these two as well; their lengths tell that names are meant.
  nameLong: bad('0070', 'Counter party name is greater than 70 characters.'),
  nameBlank: bad('0071', 'Counter party name is BLANK.'),
  remittanceLong: bad('0072', 'REMITTANCE info field length is greater than 140 characters.'),
  accountType: bad('0073', 'Account number type is invalid.'),
  accountTypeMissing: bad('0075', 'Account number type not present.'),
  currencyMissing: bad('0076', 'Currency is mandatory.'),
  bankIdentifierType: bad('0077', 'Type is invalid: bankIdentifierType.'),
  bankIdentifierMissing: bad('0078', 'Bank identifier is mandatory.'),
  counterpartyMissing: bad('0079', 'Counterparty missing in body.'),
  chargesBearer: bad('0080', 'Invalid chargesbearer.'),
  bankIdentifierTypeMissing: bad('0084', 'Bank identifier type not provided.'),
  wrongScope: forbidden('MESSAGE_BAI561_0046', 'Wrong scope.'),
  wrongGrantType: forbidden('MESSAGE_BAI561_0048', 'Wrong granttype for token.'),
  dateOutOfRange: forbidden('MESSAGE_DAO375_0004', 'Date is out of range.'),
  /** Guessed: the list has no code for it. */
  notCancellable: badRequest('ERR_1100_004', 'The payment can not be cancelled.'),
} satisfies Record<string, GatewayError>
