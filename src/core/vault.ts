import type { Secret } from './secret.ts'

/** A compact JWE (RFC 7516); safe to store, useless without the ring. */
export type Sealed = string & { readonly sealed: unique symbol }

/** What a ciphertext is bound to: it opens only where it was sealed for (DESIGN section 6). */
export interface Binding {
  readonly consentId: string
  readonly field: SealedField
  readonly version: string
}

export type SealedField =
  | 'access_token'
  | 'refresh_token'
  | 'iban'
  | 'code_verifier'
  | 'result_code'
  | 'stored_answer'
  | 'unreadable_answer'
  | 'spooled_answer'

export interface SearchHash {
  readonly kid: string
  readonly hash: string
}

export interface Vault {
  seal(secret: Secret, binding: Binding): Promise<Sealed>
  /** Raises VaultError when the ciphertext was moved, changed, or its key is not in the ring. */
  open(sealed: Sealed, binding: Binding): Promise<Secret>
  /** A keyed hash under the sealing key, by which a value can be found without being readable. */
  searchHash(value: string): SearchHash
  /** The same under every key of the ring: a search tries all. */
  searchHashes(value: string): readonly SearchHash[]
  /** A short keyed hash for logs: proves which token it was, and nothing more. */
  fingerprint(secret: Secret): string
  /** SHA-256 of a secret of full entropy (ticket, state, cookie), by which its row is found. */
  digest(secret: Secret): string
}

/** A ciphertext that can't be opened where it stands. */
export class VaultError extends Error {
  readonly code: 'unknown_key' | 'wrong_place' | 'unreadable'

  constructor(code: VaultError['code'], message: string) {
    super(message)
    this.code = code
    this.name = 'VaultError'
  }
}

/** What a pair's ciphertexts are bound to, beside consent and field. */
export function pairVersion(pair: { readonly chain: number; readonly version: number }): string {
  return `${pair.chain}.${pair.version}`
}
