import { Secret } from '../../src/core/secret.ts'
import type { Binding } from '../../src/core/vault.ts'
import { newKey, type OctJwk, parseKeyRing } from '../../src/vault/index.ts'

export const TOKEN = new Secret('0006Ab-access-token-of-the-bank')

export const PLACE: Binding = {
  consentId: '0195a3f0-0000-7000-8000-000000000001',
  field: 'access_token',
  version: '1.7',
}

export const OLD = newKey('2026-05')
export const NEW = newKey('2026-11')

/** Makes a ring of these keys, the first of which seals. */
export function ringOf(...keys: readonly OctJwk[]) {
  return parseKeyRing(JSON.stringify({ keys }))
}
