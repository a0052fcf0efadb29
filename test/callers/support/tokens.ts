import { exportJWK, type GenerateKeyPairResult, generateKeyPair, type JWK, SignJWT } from 'jose'

export const ISSUER = 'https://id.example.nl'
export const AUDIENCE = 'token-broker'

export interface Signer {
  readonly alg: string
  readonly kid: string
  readonly privateKey: GenerateKeyPairResult['privateKey']
  /** As the provider shows it. */
  readonly jwk: JWK
}

export async function newSigner(alg: string, kid: string, more: object = {}): Promise<Signer> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true })
  return { alg, kid, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, ...more } }
}

const seconds = (ms: number) => Math.floor(ms / 1000)

/** Claims that are taken; what is given as undefined is left out. */
export function claims(more: Record<string, unknown> = {}, nowMs = Date.now()): Record<string, unknown> {
  const now = seconds(nowMs)
  const all = { iss: ISSUER, aud: AUDIENCE, sub: 'ledger', scope: 'consents:read', iat: now, exp: now + 300 }
  return { ...all, ...more }
}

/** Signs claims as the provider does; header members replace its own. */
export function sign(
  { alg, kid, privateKey }: Signer,
  payload: Record<string, unknown> = claims(),
  header: object = {},
) {
  return new SignJWT(payload).setProtectedHeader({ alg, kid, typ: 'at+jwt', ...header }).sign(privateKey)
}

const encode = (value: unknown) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')

/** Puts together what no library would make. */
export function forge(header: unknown, payload: unknown, signature: (input: string) => Buffer | string) {
  const input = `${encode(header)}.${encode(payload)}`
  return `${input}.${Buffer.from(signature(input)).toString('base64url')}`
}
