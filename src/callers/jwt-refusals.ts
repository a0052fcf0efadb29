import { errors } from 'jose'
import type { Unrecognized } from '../core/recognition.ts'

// Details end in WWW-Authenticate, where no quotation mark may stand (RFC 6750 section 3).
export const MALFORMED: Unrecognized = {
  refusal: 'malformed',
  detail: 'This token is no JWT of a kind that is taken.',
}
export const ALGORITHM: Unrecognized = {
  refusal: 'algorithm',
  detail: 'This JWT is not signed by an algorithm that is taken.',
}
export const TOKEN_TYPE: Unrecognized = {
  refusal: 'token_type',
  detail: 'The typ of this JWT is not that of an access token.',
}
export const ISSUER: Unrecognized = { refusal: 'issuer', detail: 'This JWT is of another issuer.' }
export const AUDIENCE: Unrecognized = {
  refusal: 'audience',
  detail: 'This JWT is not meant for this broker.',
}
export const EXPIRED: Unrecognized = { refusal: 'expired', detail: 'This JWT has expired.' }
export const SENDER_CONSTRAINED: Unrecognized = {
  refusal: 'sender_constrained',
  detail: 'This JWT is bound to a key of its sender (cnf), which is not checked here: get one that is not.',
}
const TOO_OLD: Unrecognized = { refusal: 'expired', detail: 'This JWT is too old.' }
const NOT_YET_VALID: Unrecognized = { refusal: 'not_yet_valid', detail: 'This JWT is not valid yet.' }
const SIGNATURE: Unrecognized = { refusal: 'signature', detail: 'The signature of this JWT is wrong.' }
const UNKNOWN_SIGNER: Unrecognized = {
  refusal: 'unknown_signer',
  detail: 'The key that this JWT names is not one of the identity provider.',
}
const AMBIGUOUS_SIGNER: Unrecognized = {
  refusal: 'unknown_signer',
  detail: 'This JWT must name its key by kid: the identity provider has several.',
}
const UNUSABLE_SIGNER: Unrecognized = {
  refusal: 'unknown_signer',
  detail: 'The key that this JWT names can not be used.',
}

/** A claim that is needed, or has a form of its own. */
export function wrongClaim(claim: string, wanted: string): Unrecognized {
  return { refusal: 'claims', detail: `The claim ${claim} of this JWT is missing or wrong: ${wanted}.` }
}

const KINDS: readonly (readonly [new (...args: never[]) => Error, Unrecognized])[] = [
  [errors.JWSSignatureVerificationFailed, SIGNATURE],
  [errors.JOSEAlgNotAllowed, ALGORITHM],
  [errors.JWKSNoMatchingKey, UNKNOWN_SIGNER],
  [errors.JWKSMultipleMatchingKeys, AMBIGUOUS_SIGNER],
  [errors.JWKSInvalid, UNUSABLE_SIGNER],
  [errors.JOSEError, MALFORMED],
]

/** Says why jose took a token for none; what is no error of its own comes from a key that can't be imported or used. */
export function explainRefusal(error: unknown): Unrecognized {
  if (error instanceof errors.JWTExpired) return error.claim === 'iat' ? TOO_OLD : EXPIRED
  if (error instanceof errors.JWTClaimValidationFailed) return explainClaim(error)
  return KINDS.find(([kind]) => error instanceof kind)?.[1] ?? UNUSABLE_SIGNER
}

function explainClaim({ claim, reason }: errors.JWTClaimValidationFailed): Unrecognized {
  const isTime = claim === 'exp' || claim === 'nbf' || claim === 'iat'
  if (reason !== 'check_failed') return wrongClaim(claim, isTime ? 'seconds since 1970' : 'a text')
  if (claim === 'iss') return ISSUER
  return claim === 'aud' ? AUDIENCE : NOT_YET_VALID
}
