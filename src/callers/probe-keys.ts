import { createRemoteJWKSet, customFetch } from 'jose'
import { boundedFetch } from './bounded-fetch.ts'

/** Fetches the keys of an identity provider once; resolves how many there are. */
export async function countRemoteKeys(url: string, timeoutMs: number): Promise<number> {
  const set = createRemoteJWKSet(new URL(url), { timeoutDuration: timeoutMs, [customFetch]: boundedFetch })
  await set.reload()
  return set.jwks()?.keys.length ?? 0
}
