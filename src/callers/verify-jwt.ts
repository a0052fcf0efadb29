import { decodeJwt, decodeProtectedHeader, type JWTPayload, type JWTVerifyOptions, jwtVerify } from 'jose'
import { CALLER_ID, CALLER_ID_FORM, type Caller, PERMISSIONS, type Permission } from '../core/caller.ts'
import { TryLaterError } from '../core/errors.ts'
import type { Unrecognized } from '../core/recognition.ts'
import {
  ALGORITHM,
  AUDIENCE,
  EXPIRED,
  explainRefusal,
  ISSUER,
  MALFORMED,
  SENDER_CONSTRAINED,
  TOKEN_TYPE,
  wrongClaim,
} from './jwt-refusals.ts'
import type { KeySource } from './key-source.ts'

/** What a caller's JWT must be, and where it says who and what (RFC 9068 section 4, RFC 8725 section 3). */
export interface JwtRules {
  readonly issuer: string
  readonly audience: string
  readonly algorithms: readonly string[]
  readonly idClaim: string
  readonly permissionsClaim: string
  readonly toleranceMs: number
  /** Null sets no limit beside `exp`. */
  readonly maxTokenAgeMs: number | null
}

export interface Verified {
  readonly caller: Caller
  /** When its token ends, tolerance included. */
  readonly endsAtMs: number
}

/** Other kinds, such as a logout token, are of the same issuer and keys (RFC 8725 section 3.11). */
const TYPES: readonly unknown[] = [undefined, 'jwt', 'at+jwt']

/** Verifies a JWT; raises `identity_provider_unavailable` where its key can't be known. */
export async function verifyJwt(
  token: string,
  { rules, keys, now }: { readonly rules: JwtRules; readonly keys: KeySource; readonly now: Date },
): Promise<Verified | Unrecognized> {
  const plain = refuseOnSight(token, rules, now)
  if (plain !== null) return plain
  try {
    const { payload } = await jwtVerify(token, keys.find, verifyOptions(rules, now))
    return toVerified(payload, rules)
  } catch (error) {
    if (error instanceof TryLaterError) throw error
    return explainRefusal(error)
  }
}

/** What needs no signature to be refused costs none: it goes by claims that nobody vouches for yet. */
function refuseOnSight(token: string, rules: JwtRules, now: Date): Unrecognized | null {
  const decoded = tryDecode(token)
  if (decoded === null || !hasPlainSignature(token)) return MALFORMED
  const { header, payload } = decoded
  if (!rules.algorithms.some((algorithm) => algorithm === header.alg)) return ALGORITHM
  if (!TYPES.includes(typeOf(header.typ))) return TOKEN_TYPE
  if (payload.iss !== rules.issuer) return ISSUER
  if (![payload.aud].flat().includes(rules.audience)) return AUDIENCE
  const { exp } = payload
  return typeof exp === 'number' && exp * 1000 + rules.toleranceMs <= now.getTime() ? EXPIRED : null
}

function tryDecode(token: string) {
  try {
    return { header: decodeProtectedHeader(token), payload: decodeJwt(token) }
  } catch {
    return null
  }
}

/** Its last letter may hold bits that mean nothing: one signature would have many spellings (RFC 4648 section 3.5). */
function hasPlainSignature(token: string): boolean {
  const signature = token.slice(token.lastIndexOf('.') + 1)
  return Buffer.from(signature, 'base64url').toString('base64url') === signature
}

/** Media types are compared without case and without their first half (RFC 7515 section 4.1.9). */
function typeOf(typ: unknown): unknown {
  return typeof typ === 'string' ? typ.toLowerCase().replace(/^application\//, '') : typ
}

function verifyOptions(rules: JwtRules, now: Date): JWTVerifyOptions {
  const { issuer, audience, idClaim, maxTokenAgeMs } = rules
  return {
    issuer,
    audience,
    algorithms: [...rules.algorithms],
    requiredClaims: ['exp', idClaim],
    clockTolerance: rules.toleranceMs / 1000,
    currentDate: now,
    ...(maxTokenAgeMs === null ? {} : { maxTokenAge: maxTokenAgeMs / 1000 }),
  }
}

function toVerified(payload: JWTPayload, rules: JwtRules): Verified | Unrecognized {
  // Bound to a certificate or a DPoP key (RFC 8705, RFC 9449): whoever stole it could use it here.
  if (payload.cnf !== undefined) return SENDER_CONSTRAINED
  const id = payload[rules.idClaim]
  if (typeof id !== 'string' || !CALLER_ID.test(id)) {
    return wrongClaim(rules.idClaim, CALLER_ID_FORM)
  }
  const permissions = toPermissions(payload[rules.permissionsClaim])
  return { caller: { id, permissions }, endsAtMs: endOf(payload, rules) }
}

/** Scopes of other services are none of ours; who has no permission is known, and refused what needs one. */
function toPermissions(claim: unknown): ReadonlySet<Permission> {
  const words: readonly unknown[] = typeof claim === 'string' ? claim.split(' ') : [claim].flat()
  return new Set(PERMISSIONS.filter((permission) => words.includes(permission)))
}

function endOf({ exp = 0, iat = 0 }: JWTPayload, { toleranceMs, maxTokenAgeMs }: JwtRules): number {
  const tooOldAtMs = maxTokenAgeMs === null ? Number.POSITIVE_INFINITY : iat * 1000 + maxTokenAgeMs
  return Math.min(exp * 1000, tooOldAtMs) + toleranceMs
}

export function isVerified(result: Verified | Unrecognized): result is Verified {
  return !('refusal' in result)
}
