import { type CompactJWEHeaderParameters, decodeProtectedHeader } from 'jose'
import { type Binding, VaultError } from '../core/vault.ts'

/** What `dir` with `A256GCM` puts before each ciphertext (RFC 7518 sections 4.5 and 5.3). */
export const ALGORITHMS = { alg: 'dir', enc: 'A256GCM' } as const

/** Header members as they were found: nothing in them is proven until the ciphertext opens. */
export interface Header {
  readonly kid: string
  readonly consent: unknown
  readonly field: unknown
  readonly version: unknown
}

/** Builds the protected header; `consent`, `field` and `version` are private names (RFC 7516 section 4.3). */
export function writeHeader(kid: string, binding: Binding): CompactJWEHeaderParameters {
  const { consentId, field, version } = binding
  return { ...ALGORITHMS, kid, consent: consentId, field, version }
}

/** What every ciphertext under this key begins with: told apart by the database, without opening anything. */
export function sealedPrefix(kid: string): string {
  const start = Buffer.from(`${JSON.stringify({ ...ALGORITHMS, kid }).slice(0, -1)},"consent":"`)
  // Three bytes make four characters; what is left over would mix with the consent's id.
  return start.subarray(0, start.length - (start.length % 3)).toString('base64url')
}

/** Reads the protected header without opening the ciphertext; raises VaultError `unreadable`. */
export function readHeader(sealed: string): Header {
  const { kid, consent, field, version } = decodeHeader(sealed)
  if (typeof kid !== 'string') throw unreadable()
  return { kid, consent, field, version }
}

/** Reads the key id of a ciphertext without opening it; raises VaultError `unreadable`. */
export function kidOf(sealed: string): string {
  return readHeader(sealed).kid
}

/** Raises VaultError `wrong_place` unless the ciphertext says it was sealed for this binding. */
export function assertPlace(header: Header, binding: Binding): void {
  const samePair = header.consent === binding.consentId && header.version === binding.version
  if (samePair && header.field === binding.field) return
  throw new VaultError('wrong_place', 'This ciphertext was sealed for another consent, field or version.')
}

/**
 * Raises VaultError `unreadable` unless every part is written the one way base64url has (RFC 4648 section 3.5).
 * Decoders skip spaces and ignore the last character's spare bits, so that a changed byte would still open.
 */
export function assertCanonical(sealed: string): void {
  const parts = sealed.split('.')
  if (!parts.every((part) => Buffer.from(part, 'base64url').toString('base64url') === part))
    throw unreadable()
}

/** The error of a ciphertext that is damaged, forged, or sealed under another key of the same kid. */
export function unreadable(): VaultError {
  return new VaultError('unreadable', 'This ciphertext cannot be opened: it was changed, or its key was.')
}

function decodeHeader(sealed: string) {
  try {
    return decodeProtectedHeader(sealed)
  } catch {
    throw unreadable()
  }
}
