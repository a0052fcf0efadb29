import type { BankState } from '../bank-state.ts'
import { accountScopes } from '../scopes.ts'
import { openGrant } from './open-grant.ts'

/** The grant to make without a browser. */
export interface StartGrantOptions {
  /** Any text: practice accounts need not exist for it. */
  iban?: string
  scopes?: readonly string[]
  transactionId?: string
  /** In place of the bank's setting. */
  consentValidityMs?: number
}

/** A live grant, in the shape of a code exchange's answer with what an import needs beside it. */
export interface StartedGrant {
  readonly access_token: string
  readonly refresh_token: string
  readonly token_type: 'Bearer'
  readonly expires_in: number
  readonly scope: string
  readonly grant_id: string
  readonly iban: string
  /** RFC 3339. */
  readonly consent_ends_at: string
}

/** Makes a live grant as if a customer had walked the consent application just now. */
export function startGrant(state: BankState, options: StartGrantOptions = {}): StartedGrant {
  const { settings, now } = state
  const authorizedAt = now()
  const { grant, pair } = openGrant(state, {
    clientId: settings.clientId,
    iban: options.iban ?? 'NL12ABNA9999876523',
    scopes: options.scopes ?? accountScopes,
    transactionId: options.transactionId ?? null,
    authorizedAt,
    endsAt: authorizedAt + (options.consentValidityMs ?? settings.consentValidityMs),
  })
  return {
    access_token: pair.accessToken,
    refresh_token: pair.refreshToken,
    token_type: 'Bearer',
    expires_in: settings.accessTokenTtlSeconds,
    scope: grant.scopes.join(' '),
    grant_id: grant.id,
    iban: grant.iban,
    consent_ends_at: new Date(grant.endsAt).toISOString(),
  }
}
