import type { ConsentInfo, UntoldConsent } from '../core/bank.ts'
import type { Secret } from '../core/secret.ts'
import { readJsonObject } from './answer-body.ts'
import { readApiError } from './api-error.ts'
import { CERTIFICATE_REJECTED } from './connection-failure.ts'
import type { Lane } from './lane.ts'
import type { Exchange, Lost, Unsent } from './outcome.ts'
import type { BankProfile } from './profiles.ts'
import { catalogueName } from './scopes.ts'

export interface ConsentInfoOptions {
  readonly profile: BankProfile
  readonly apiBaseUrl: string
  readonly apiKey: Secret
  readonly timeoutMs: number
  readonly now: () => Date
  readonly lane: Lane
}

/** Creates the call that learns account and granted scopes of a token (ABNAMRO.md section 5); never raises. */
export function createConsentInfo(options: ConsentInfoOptions) {
  const { pathname } = new URL(`${options.apiBaseUrl.replace(/\/+$/, '')}/consentinfo`)

  return async (accessToken: Secret): Promise<ConsentInfo> => {
    const headers = {
      authorization: `Bearer ${accessToken.reveal()}`,
      'api-key': options.apiKey.reveal(),
      accept: 'application/json',
      'x-request-id': crypto.randomUUID(),
    }
    const request = { method: 'GET', path: pathname, headers, body: null } as const
    const ended = await options.lane.send(request, options.timeoutMs)
    return readConsentInfo(options.profile, ended, options.now())
  }
}

/** Reads a Consent Info answer; its `valid` is the token's end, not the consent's, and is left alone. */
export function readConsentInfo(profile: BankProfile, ended: Exchange, now: Date): ConsentInfo {
  if (ended.state !== 'answered') return unanswered(ended)
  if (ended.status !== 200) return readApiError(profile, ended, now)
  const answer = readJsonObject(ended.body)
  if (answer === null) return { kind: 'unknown', reason: ended.cutOff ?? 'answer_unreadable' }
  const iban = readText(answer.iban)
  const scopes = readScopes(profile, answer.scopes)
  if (iban === null && scopes === null) return { kind: 'unknown', reason: 'answer_empty' }
  // The bank's samples call it either.
  const transactionId = readText(answer.transactionId) ?? readText(answer.paymentReference)
  return { kind: 'known', iban, scopes, transactionId }
}

// In TLS 1.3 a certificate is refused when the request has left.
function unanswered({ reason }: Unsent | Lost): UntoldConsent {
  return { kind: reason === CERTIFICATE_REJECTED ? 'our_fault' : 'unknown', reason }
}

// No control characters: Postgres takes no NUL, and a line break could forge a line of a log.
function readText(value: unknown): string | null {
  const text = typeof value === 'string' ? value.trim() : ''
  return /^[\x20-\x7e]{1,100}$/.test(text) ? text : null
}

// RFC 6749 section 3.3: what a scope is made of.
function readScopes(profile: BankProfile, value: unknown): readonly string[] | null {
  const words: unknown[] = Array.isArray(value) ? value : typeof value === 'string' ? value.split(/\s+/) : []
  const names = words
    .filter((word) => typeof word === 'string' && /^[\x21-\x7e]{1,100}$/.test(word))
    .map((word) => catalogueName(profile, String(word)))
  return names.length === 0 ? null : [...new Set(names)]
}
