import { opaque } from '../opaque.ts'
import { accountScopes } from '../scopes.ts'
import type { Certificates } from './certificates.ts'
import type { Running } from './guide.ts'

const sepaScopes = ['psd2:payment:sepa:write', 'psd2:payment:sepa:read']

const order = {
  initiatingpartyAccountNumber: 'NL62ABNA9999841479',
  counterpartyAccountNumber: 'NL12ABNA9999876523',
  amount: 149.99,
  counterpartyName: 'John Doe',
  remittanceInfo: 'Payment of invoice 123/01',
}

/** The line that begins a consent for account information. */
export function authorizationLine(running: Running): string {
  return `  ${authorizationUrl(running, accountScopes)}`
}

function authorizationUrl({ args, frontUrl }: Running, scopes: readonly string[]): string {
  const query = new URLSearchParams({
    scope: scopes.join(' '),
    client_id: args.clientId,
    response_type: 'code',
    flow: 'code',
    redirect_uri: args.redirectUris[0],
    bank: 'NLAA01',
    state: opaque(22),
  })
  return `${frontUrl}/as/authorization.oauth2?${query}`
}

/** Lines that exchange, refresh and fetch (ABNAMRO.md §4, §5). */
export function accountLines(running: Running): string[] {
  const { redirectUris } = running.args
  const token = tokenCall(running)
  return [
    `${token} -d grant_type=authorization_code --data-urlencode 'redirect_uri=${redirectUris[0]}' -d 'code=<code>'`,
    `${token} -d grant_type=refresh_token -d 'refresh_token=<refresh_token>'`,
    apiCall(running, '/consentinfo'),
    apiCall(running, '/accounts/<iban>/transactions'),
  ]
}

/** Lines that take a payment from its registration to its release, as the bank's own tutorial does (PIS 1.2.1). */
export function paymentLines(running: Running): string[] {
  return [
    `${tokenCall(running)} -d grant_type=client_credentials -d scope=${sepaScopes[0]}`,
    `${apiCall(running, '/payments')} -H 'Content-Type: application/json' -d '${JSON.stringify(order)}'`,
    `  ${authorizationUrl(running, sepaScopes)}&transactionId=<transactionId>`,
    `${apiCall(running, '/payments/<transactionId>')} -X PUT`,
    apiCall(running, '/payments/<transactionId>'),
  ]
}

function tokenCall({ args, tokenUrl, certificates }: Running): string {
  const identified =
    certificates === null
      ? ''
      : ` --cert '${certificates.client.certFile}' --key '${certificates.client.keyFile}'`
  return `  curl${trusting(certificates)}${identified} ${tokenUrl}/as/token.oauth2 -d client_id=${args.clientId}`
}

function apiCall({ args, frontUrl, certificates }: Running, path: string): string {
  const headers = `-H 'API-Key: ${args.apiKey}' -H 'Authorization: Bearer <access_token>'`
  return `  curl${trusting(certificates)} ${headers} '${frontUrl}/v1${path}'`
}

function trusting(certificates: Certificates | null): string {
  return certificates === null ? '' : ` --cacert '${certificates.authority.certFile}'`
}
