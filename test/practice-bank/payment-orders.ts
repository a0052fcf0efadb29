import { type OpenBank, tokenBody } from './helpers.ts'

export const debtor = 'NL62ABNA9999841479'
export const creditor = 'NL12ABNA9999876523'
export const retail = 'NL58ABNA9999142181'
export const sepa = {
  initiatingpartyAccountNumber: debtor,
  counterpartyAccountNumber: creditor,
  amount: 149.99,
  counterpartyName: 'John Doe',
  remittanceInfo: 'Payment of invoice 123/01',
}
export const xborder = {
  initiatingParty: { accountNumber: debtor, accountCurrency: '' },
  counterParty: {
    name: 'John Doe',
    accountNumberType: 'IBAN',
    accountNumber: creditor,
    bankIdentifierType: 'SWIFTBIC',
    bankIdentifier: 'ABNANL2A',
  },
  amount: 3.78,
  currency: 'USD',
  chargesBearer: 'SHA',
  remittanceInfo: 'A text with details of the payment',
}
export const standingOrder = {
  startDate: '2026-01-30',
  endDate: '2026-12-31',
  frequency: 'MONTHLY',
  payment: { ...sepa, remittanceInfo: 'Monthly payment' },
}
export const sepaScopes = ['psd2:payment:sepa:write', 'psd2:payment:sepa:read']

/** Gets a token of the client's own. */
export async function clientToken({ token }: OpenBank, scope: string): Promise<string> {
  const response = await token({ grant_type: 'client_credentials', client_id: 'TPP_test', scope })
  return (await tokenBody(response)).access_token
}

/** Registers a SEPA payment; resolves its id. */
export async function register(open: OpenBank, body: object = sepa): Promise<string> {
  const token = await clientToken(open, 'psd2:payment:sepa:write')
  const stored = await open.api('POST /v1/payments', token, body)
  return ((await stored.json()) as { transactionId: string }).transactionId
}
