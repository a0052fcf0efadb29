import type { JWTVerifyGetKey } from 'jose'

/** The identity provider's keys. */
export interface KeySource {
  /**
   * Another one whenever the keys are others: what was verified before counts no more. Null while there are none that
   * may be used.
   */
  generation(): number | null
  /** Finds the key of a token, for jose; raises `identity_provider_unavailable` where it can't be known. */
  readonly find: JWTVerifyGetKey
}
