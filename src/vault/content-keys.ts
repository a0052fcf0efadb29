import type { webcrypto } from 'node:crypto'
import { deriveKey } from './derive.ts'
import type { RingKey } from './key-ring.ts'

/** About 1.7 KB each. */
const KEPT_KEYS = 5_000

/** Makes the function that gives the key of one consent, keeping the last ones used. */
export function createContentKeys(kept: number = KEPT_KEYS) {
  const cache = new Map<string, webcrypto.CryptoKey>()

  return function contentKey(ringKey: RingKey, consentId: string): webcrypto.CryptoKey {
    const name = `${ringKey.kid}\n${consentId}`
    const key = cache.get(name) ?? deriveContentKey(ringKey, consentId)
    // A Map keeps the order of insertion: taken out and put back, the first is always the longest unused.
    cache.delete(name)
    cache.set(name, key)
    if (cache.size > kept) dropFirst(cache)
    return key
  }
}

/** One key a consent: random nonces under one key for all would pass GCM's limit (SP 800-38D section 8.3). */
function deriveContentKey(ringKey: RingKey, consentId: string): webcrypto.CryptoKey {
  return deriveKey(ringKey.key, `seal:${consentId}`).toCryptoKey('AES-GCM', false, ['encrypt', 'decrypt'])
}

function dropFirst(cache: Map<string, unknown>): void {
  for (const name of cache.keys()) {
    cache.delete(name)
    return
  }
}
