import { createHash, type webcrypto } from 'node:crypto'
import { CompactEncrypt, compactDecrypt, errors } from 'jose'
import { Secret } from '../core/secret.ts'
import { type Sealed, type Vault, VaultError } from '../core/vault.ts'
import { createContentKeys } from './content-keys.ts'
import { deriveKey, keyedHash } from './derive.ts'
import {
  ALGORITHMS,
  assertCanonical,
  assertPlace,
  readHeader,
  unreadable,
  writeHeader,
} from './jwe-header.ts'
import type { KeyRing, RingKey } from './key-ring.ts'

export { type KeyCheck, keyChecks } from './derive.ts'
export { kidOf, sealedPrefix } from './jwe-header.ts'
export { type KeyRing, newKey, newKeyRing, type OctJwk, parseKeyRing, readKeyRing } from './key-ring.ts'
export { appendKey, putFirst, removeKey } from './ring-edits.ts'

const FINGERPRINT_HEX_DIGITS = 12

const DECRYPT_OPTIONS = {
  keyManagementAlgorithms: [ALGORITHMS.alg],
  contentEncryptionAlgorithms: [ALGORITHMS.enc],
}

const encoder = new TextEncoder()
// Without `ignoreBOM` a text that begins with U+FEFF would come back shorter than it was sealed.
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

/** Makes the vault over a ring of keys; `open` raises VaultError (DESIGN section 6). */
export function createVault(ring: KeyRing): Vault {
  return { ...createSealing(ring), ...createHashing(ring) }
}

function createSealing(ring: KeyRing): Pick<Vault, 'seal' | 'open'> {
  const [sealingKey] = ring.keys
  const keysById = new Map(ring.keys.map((ringKey) => [ringKey.kid, ringKey]))
  const contentKey = createContentKeys()

  return {
    async seal(secret, binding) {
      const jwe = new CompactEncrypt(encoder.encode(secret.reveal()))
        .setProtectedHeader(writeHeader(sealingKey.kid, binding))
        .encrypt(contentKey(sealingKey, binding.consentId))
      return (await jwe) as Sealed
    },

    async open(sealed, binding) {
      assertCanonical(sealed)
      const header = readHeader(sealed)
      const ringKey = findKey(keysById, header.kid)
      assertPlace(header, binding)
      return decrypt(sealed, contentKey(ringKey, binding.consentId))
    },
  }
}

function createHashing(ring: KeyRing): Pick<Vault, 'searchHash' | 'searchHashes' | 'fingerprint' | 'digest'> {
  const [sealingKey, ...olderKeys] = ring.keys
  const fingerprintKey = deriveKey(sealingKey.key, 'fingerprint')
  const newest = createSearchHash(sealingKey)
  const older = olderKeys.map(createSearchHash)

  return {
    searchHash: newest,
    searchHashes: (value) => [newest(value), ...older.map((hash) => hash(value))],
    fingerprint: (secret) =>
      keyedHash(fingerprintKey, secret.reveal()).toString('hex').slice(0, FINGERPRINT_HEX_DIGITS),
    digest: (secret) => createHash('sha256').update(secret.reveal(), 'utf8').digest('base64url'),
  }
}

function createSearchHash({ kid, key }: RingKey) {
  const searchKey = deriveKey(key, 'search')
  return (value: string) => ({ kid, hash: keyedHash(searchKey, value).toString('base64url') })
}

function findKey(keysById: ReadonlyMap<string, RingKey>, kid: string): RingKey {
  const ringKey = keysById.get(kid)
  if (ringKey === undefined)
    throw new VaultError('unknown_key', `The ring has no key ${JSON.stringify(kid)}.`)
  return ringKey
}

async function decrypt(sealed: Sealed, key: webcrypto.CryptoKey): Promise<Secret> {
  try {
    const { plaintext } = await compactDecrypt(sealed, key, DECRYPT_OPTIONS)
    return new Secret(decoder.decode(plaintext))
  } catch (error) {
    throw error instanceof errors.JOSEError ? unreadable() : error
  }
}
