import { type Answer, json } from '../answer.ts'
import type { JsonObject } from '../faults.ts'
import { opaque, opaqueLength } from '../opaque.ts'

/** The texts PingFederate gives (ABNAMRO.md §4); those marked are guesses, as no copy was found. */
export const description = {
  refreshToken: 'unknown, invalid, or expired refresh token',
  code: 'Authorization code is invalid or expired.',
  codeMalformed: 'Authorization code is malformed.',
  redirectUriMissing: 'redirect_uri is required if it was included in the authorization request.',
  /** Guessed. */
  redirectUriOther: 'redirect_uri does not match the one included in the authorization request.',
  codeVerifier:
    'The code_verifier sent does not match code_challenge included in the authorization request using the S256 code_challenge_method.',
  /** Guessed. */
  codeVerifierMissing:
    'code_verifier is required if code_challenge was included in the authorization request.',
  /** Guessed. */
  codeVerifierUnasked: 'code_verifier was sent but the authorization request included no code_challenge.',
  scope: 'The requested scope(s) must be blank or a subset of the provided scopes.',
  client: 'Invalid client or client credentials',
} as const

/** Makes the headers that PingFederate adds (ABNAMRO.md §1.3). */
export function tokenHeaders(): Record<string, string> {
  return {
    'cache-control': 'no-cache, no-store',
    'set-cookie': `PF=${opaque(opaqueLength.cookie)};Path=/;Secure;HttpOnly`,
  }
}

/** Makes a 200 of the token endpoint (RFC 6749 §5.1). */
export function granted(body: JsonObject): Answer {
  return json(200, body, tokenHeaders())
}

/** Makes an error of the token endpoint, byte for byte as PingFederate writes it (ABNAMRO.md §4). */
export function refused(error: string, error_description?: string): Answer {
  const status = error === 'invalid_client' ? 401 : 400
  const body = error_description === undefined ? { error } : { error_description, error }
  return { ...json(status, body, tokenHeaders()), ending: '\r\n' }
}
