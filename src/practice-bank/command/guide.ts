import { type PracticeCustomer, practiceCustomers } from '../customers.ts'
import type { Arguments } from './arguments.ts'
import type { Certificates } from './certificates.ts'
import { accountLines, authorizationLine, paymentLines } from './copy-lines.ts'

/** A practice bank that listens. */
export interface Running {
  readonly args: Arguments
  readonly frontUrl: string
  readonly tokenUrl: string
  readonly certificates: Certificates | null
}

/** Says what runs, and what to copy. */
export function guide(running: Running): string {
  const { frontUrl } = running
  return `The practice bank is listening. It looks like ABN AMRO's PSD2 side and is no real bank: no money, no people.

Endpoints
${endpoints(running)}

Customers at the log-on page, on the sandbox's accounts
${practiceCustomers.map(customerLine).join('\n')}

To authorize: open this in a browser, be the customer, and take the code from the address you are sent to
${authorizationLine(running)}${browserNote(running)}

To copy: exchange the code within 60 seconds, refresh, and see what the token fetches
${accountLines(running).join('\n')}

A payment, to copy: a client token, register it, authorize as above with a URL of its own, exchange, release and read
${paymentLines(running).join('\n')}

The broker's settings for this bank
${settingsLines(running).join('\n')}

Faults, grants without a browser and a ledger of every refresh token: ${frontUrl}/practice/ledger
Ctrl-C stops it.
`
}

function endpoints({ args, frontUrl, tokenUrl, certificates }: Running): string {
  const withCertificate = certificates === null ? '' : '   with a client certificate only'
  return [
    `  authorization  ${frontUrl}/as/authorization.oauth2`,
    `  token          ${tokenUrl}/as/token.oauth2${withCertificate}`,
    ...(args.revocation ? [`  revocation     ${tokenUrl}/as/revoke_token.oauth2${withCertificate}`] : []),
    `  API            ${frontUrl}/v1`,
  ].join('\n')
}

function customerLine({ name, accounts }: PracticeCustomer): string {
  const ibans = accounts.map(({ iban }) => iban).join(', ')
  return `  ${name.padEnd(24)} ${ibans === '' ? 'no account: access_denied' : ibans}`
}

function browserNote({ certificates }: Running): string {
  if (certificates === null) return ''
  return `\n  The browser warns of the certificate unless it trusts ${certificates.authority.certFile}.`
}

function settingsLines({ args, frontUrl, tokenUrl, certificates }: Running): string[] {
  return [
    '  BANK_PROFILE=abnamro-sandbox',
    `  BANK_AUTHORIZATION_ENDPOINT=${frontUrl}/as/authorization.oauth2`,
    `  BANK_TOKEN_ENDPOINT=${tokenUrl}/as/token.oauth2`,
    `  BANK_API_BASE_URL=${frontUrl}/v1`,
    ...(args.revocation ? [`  BANK_REVOCATION_ENDPOINT=${tokenUrl}/as/revoke_token.oauth2`] : []),
    `  BANK_CLIENT_ID=${args.clientId}`,
    `  BANK_API_KEY=${args.apiKey}`,
    `  BANK_REDIRECT_URI=${args.redirectUris[0]}`,
    ...(certificates === null ? [] : tlsLines(certificates)),
  ]
}

function tlsLines({ authority, client }: Certificates): string[] {
  return [
    `  BANK_TLS_CA_FILE=${authority.certFile}`,
    `  BANK_TLS_CERT_FILE=${client.certFile}`,
    `  BANK_TLS_KEY_FILE=${client.keyFile}`,
  ]
}
