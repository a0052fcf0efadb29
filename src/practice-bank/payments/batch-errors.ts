import { badRequest, forbidden, type GatewayError } from '../gateway/gateway-errors.ts'

function bad(number: string, message: string): GatewayError {
  return badRequest(`MESSAGE_BAI556_${number}`, message)
}

/** The errors of batches, in the bank's words (PIS 1.2.1, 400 and 403 of a batch payment). */
export const batchErrors = {
  initiatingAccount: bad('0001', 'Invalid initiating party account number.'),
  fileName: bad('0002', 'Batch file name provided is blank or having invalid characters.'),
  notXml: bad('0003', 'Batch file data does not start with xml definition ("<?xml").'),
  notBase64: bad('0013', 'The incoming file data is not base64 encoded.'),
  initiatingAccountMissing: bad('0014', 'Initiating party account number is blank or missing.'),
  notGzip: bad('0015', 'File data is not in gzipped format.'),
  notPain: bad('0016', 'File Type is not in PAIN format.'),
  noAccount: forbidden('MESSAGE_BAI556_0022', 'No account number present in authorization token.'),
  otherAccount: forbidden('MESSAGE_BAI556_0023', 'Wrong account number present in authorization token.'),
  wrongScope: forbidden('MESSAGE_BAI556_0024', 'Wrong scope is provided in authorization token.'),
  /** Guessed: the list has no code for a body that is no JSON. */
  body: badRequest('ERR_1100_004', 'An input parameter is invalid: sepaBatchPaymentInstruction'),
} satisfies Record<string, GatewayError>
