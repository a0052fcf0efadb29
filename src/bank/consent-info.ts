import type { ConsentInfo } from '../core/bank.ts'
import type { Secret } from '../core/secret.ts'
import { readJsonObject } from './answer-body.ts'
import type { Lane } from './lane.ts'
import type { Exchange } from './outcome.ts'
import type { BankProfile } from './profiles.ts'
import { catalogueName } from './scopes.ts'

export interface ConsentInfoOptions {
  readonly profile: BankProfile
  readonly apiBaseUrl: string
  readonly apiKey: Secret
  readonly timeoutMs: number
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
    return readConsentInfo(options.profile, await options.lane.send(request, options.timeoutMs))
  }
}

/** Reads a Consent Info answer; its `valid` is the token's end, not the consent's, and is left alone. */
export function readConsentInfo(profile: BankProfile, ended: Exchange): ConsentInfo {
  if (ended.state !== 'answered') return { kind: 'unknown', reason: ended.reason }
  if (ended.status !== 200) return { kind: 'unknown', reason: `http_${ended.status}` }
  const answer = readJsonObject(ended.body)
  if (answer === null) return { kind: 'unknown', reason: ended.cutOff ?? 'answer_unreadable' }
  const iban = readIban(answer.iban)
  const scopes = readScopes(profile, answer.scopes)
  const empty = iban === null && scopes === null
  return empty ? { kind: 'unknown', reason: 'answer_empty' } : { kind: 'known', iban, scopes }
}

function readIban(value: unknown): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value : null
}

function readScopes(profile: BankProfile, value: unknown): readonly string[] | null {
  const words: unknown[] = Array.isArray(value) ? value : typeof value === 'string' ? value.split(/\s+/) : []
  const names = words
    .filter((word) => typeof word === 'string' && word !== '')
    .map((word) => catalogueName(profile, String(word)))
  return names.length === 0 ? null : [...new Set(names)]
}
