import type { Caller } from './caller.ts'

/** Why nobody was recognised: a closed set, for the log and for metrics. */
export type Refusal =
  | 'no_credentials'
  | 'unknown_key'
  | 'malformed'
  | 'algorithm'
  | 'token_type'
  | 'unknown_signer'
  | 'signature'
  | 'issuer'
  | 'audience'
  | 'expired'
  | 'not_yet_valid'
  | 'sender_constrained'
  | 'claims'

/** Nobody: `detail` is public text, and holds nothing of what was sent. */
export interface Unrecognized {
  readonly refusal: Refusal
  readonly detail: string
}

export type Recognition = Caller | Unrecognized

/**
 * Recognises a caller by its bearer token. What is known needs no waiting; raises
 * `identity_provider_unavailable` where nobody can tell.
 */
export type RecognizeCaller = (bearerToken: string) => Recognition | Promise<Recognition>

export const UNKNOWN_KEY: Unrecognized = { refusal: 'unknown_key', detail: 'This key is not known.' }

export function isUnrecognized(recognition: Recognition): recognition is Unrecognized {
  return 'refusal' in recognition
}
