import { Secret } from '../core/secret.ts'
import type { BankTokens } from '../core/tokens.ts'

const LONGEST_TTL_SECONDS = 366 * 86_400

/**
 * Takes the tokens from a raw answer (RFC 6749 section 5.1), or null where there are none to take.
 *
 * Lenient on purpose: a good pair must never be thrown away over its trimmings.
 */
export function readTokens(answer: Record<string, unknown>): BankTokens | null {
  const accessToken = answer.access_token
  const refreshToken = readRefreshToken(answer.refresh_token)
  if (!isSendable(accessToken) || refreshToken === undefined) return null
  return {
    accessToken: new Secret(accessToken),
    refreshToken,
    expiresInSeconds: readSeconds(answer.expires_in),
    tokenType: readText(answer.token_type) ?? 'Bearer',
    scope: readText(answer.scope),
  }
}

// RFC 6749 appendix A.12: printable ASCII; anything else could not travel in a header.
function isSendable(token: unknown): token is string {
  return typeof token === 'string' && token.trim() !== '' && /^[\x20-\x7e]+$/.test(token)
}

// undefined: something is there, but no token; the old one is most likely dead, so it is no plain absence.
function readRefreshToken(value: unknown): Secret | null | undefined {
  if (value === undefined || value === null) return null
  if (typeof value !== 'string') return undefined
  return value.trim() === '' ? null : new Secret(value)
}

function readSeconds(value: unknown): number | null {
  const numeric = typeof value === 'string' && /^\s*\d+(\.\d+)?\s*$/.test(value) ? Number(value) : value
  if (typeof numeric !== 'number' || !Number.isFinite(numeric)) return null
  const seconds = Math.floor(numeric)
  return seconds > 0 && seconds <= LONGEST_TTL_SECONDS ? seconds : null
}

function readText(value: unknown): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value : null
}
