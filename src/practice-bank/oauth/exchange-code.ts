import { createHash } from 'node:crypto'
import type { Answer } from '../answer.ts'
import type { BankState } from '../bank-state.ts'
import type { Parameters } from '../parameters.ts'
import type { IssuedCode } from './codes.ts'
import { grantedScopesOf, openGrant } from './open-grant.ts'
import { description, granted, refused } from './token-answers.ts'

/** Exchanges an authorization code for the first pair of a new grant (RFC 6749 §4.1.3). */
export function exchangeCode(state: BankState, { values }: Parameters): Answer {
  const { code } = values
  if (code === undefined) return refused('invalid_request', 'code parameter is required')
  const wellFormed = /^[\w-]{40}$/.test(code)
  const issued = wellFormed ? state.codes.spend(code) : undefined
  const complaint = wellFormed ? complaintAbout(issued, values) : description.codeMalformed
  state.book.noteCode(code, complaint === undefined ? 'exchanged' : 'refused')
  if (issued === undefined || complaint !== undefined) return refused('invalid_grant', complaint)
  return giveTokens(state, issued)
}

function complaintAbout(issued: IssuedCode | undefined, values: Parameters['values']): string | undefined {
  if (issued === undefined) return description.code
  if (values.redirect_uri === undefined) return description.redirectUriMissing
  if (values.redirect_uri !== issued.request.redirectUri) return description.redirectUriOther
  return complaintAboutVerifier(values.code_verifier, issued.request.codeChallenge)
}

// A verifier nobody announced is refused too, or a stripped challenge would go unseen (RFC 9700 §2.1.1).
function complaintAboutVerifier(verifier: string | undefined, challenge: string | null): string | undefined {
  if (challenge === null) return verifier === undefined ? undefined : description.codeVerifierUnasked
  if (verifier === undefined) return description.codeVerifierMissing
  const hashed = createHash('sha256').update(verifier).digest('base64url')
  return hashed === challenge ? undefined : description.codeVerifier
}

function giveTokens(state: BankState, { request, iban, issuedAt }: IssuedCode): Answer {
  if (grantedScopesOf(state.settings, request.scopes).length === 0) {
    return refused('invalid_scope', description.scope)
  }
  const { pair, grant } = openGrant(state, {
    clientId: request.clientId,
    iban,
    scopes: request.scopes,
    transactionId: request.transactionId,
    authorizedAt: issuedAt,
    endsAt: issuedAt + state.settings.consentValidityMs,
  })
  return granted({
    access_token: pair.accessToken,
    refresh_token: pair.refreshToken,
    token_type: 'Bearer',
    expires_in: state.settings.accessTokenTtlSeconds,
    scope: grant.scopes.join(' '),
  })
}
