import type { StartedAnswer } from './api.ts'
import type { Arguments } from './arguments.ts'
import { API_KEY, urlsOf } from './broker-settings.ts'
import type { CallerKeys } from './kept.ts'
import { styled } from './progress.ts'
import { SCOPES, type Walked } from './walk.ts'

/** What the guide tells of. */
export interface GuideParts {
  readonly args: Arguments
  readonly keys: CallerKeys
  readonly walked: Walked
  readonly fresh: StartedAnswer
}

/** Says what to click and what to copy. */
export function guide({ args, keys, walked, fresh }: GuideParts): string {
  const { internal, bank } = urlsOf(args)
  const until = new Date(fresh.authorization_expires_at).toLocaleTimeString('en-GB').slice(0, 5)
  return `
${styled('bold', 'To click')}
  Swagger UI             ${internal}/docs
                         press Authorize and paste a key from below
  the status page        ${internal}/ops
                         with the key of operations
  a fresh consent link   ${fresh.authorization_url}
                         be the customer yourself; it works once, until ${until}
  the bank's ledger      ${bank}/practice/ledger
                         every refresh token the practice bank was shown

${styled('bold', "The demo callers' keys")}
  ledger                 ${keys.ledger}
                         starts consents and asks for tokens
  operations             ${keys.operations}
                         sees every consent, renews and revokes it, and gets no tokens

${styled('bold', 'To copy')}
  a token of the consent walked above: ask again and again, and see it change
    ${tokenLine(internal, keys, walked.consent.id)}
  the account's balance at the bank, by such a token
    ${balanceLine(bank, walked.iban, tokenOnly(internal, keys, walked.consent.id))}
  another consent: open its authorization_url in a browser
    ${consentLine(internal, keys)}
  how the broker stands
    ${statusLine(internal, keys)}
  the same by the command line, which shows consents too
    ${commandLine(internal, keys)}

The practice bank is on ${bank}; faults for it are made at ${bank}/practice/faults.
${styled('bold', 'Everything runs. Ctrl-C stops it.')}`
}

function tokenLine(internal: string, { ledger }: CallerKeys, consentId: string): string {
  return curl([`-X POST -H 'Authorization: Bearer ${ledger}'`, `${internal}/v1/consents/${consentId}/token`])
}

/** The same, of which only the access token is left. */
function tokenOnly(internal: string, keys: CallerKeys, consentId: string): string {
  const answer = tokenLine(internal, keys, consentId)
  return `$(${answer} | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')`
}

function balanceLine(bank: string, iban: string, token: string): string {
  const headers = `-H 'API-Key: ${API_KEY}' -H "Authorization: Bearer ${token}"`
  return curl([headers, `${bank}/v1/accounts/${iban}/balances`])
}

function consentLine(internal: string, { ledger }: CallerKeys): string {
  const body = JSON.stringify({ scopes: SCOPES })
  const headers = `-H 'Authorization: Bearer ${ledger}' -H 'Content-Type: application/json'`
  return curl([headers, `-d '${body}'`, `${internal}/v1/consents`])
}

function statusLine(internal: string, { operations }: CallerKeys): string {
  return curl([`-H 'Authorization: Bearer ${operations}'`, `${internal}/v1/status`])
}

function commandLine(internal: string, { operations }: CallerKeys): string {
  return `TOKEN_BROKER_URL=${internal} TOKEN_BROKER_KEY=${operations} npm run -s broker -- status`
}

/** One line, as it is copied; it ends its answer with a line end, so that the prompt stands below it. */
function curl(words: readonly string[]): string {
  return ["curl -sS -w '\\n'", ...words].join(' ')
}
