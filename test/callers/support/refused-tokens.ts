import { createHmac, createPublicKey, type JsonWebKey, sign as signBytes } from 'node:crypto'
import { CompactEncrypt, generateKeyPair } from 'jose'
import { AUDIENCE, claims, forge, ISSUER, type Signer, sign } from './tokens.ts'

export interface Signers {
  readonly rsa: Signer
  readonly ec: Signer
  /** Whom the provider does not know. */
  readonly stranger: Signer
  /** Whose key is for encrypting. */
  readonly withdrawn: Signer
  /** A symmetric key of the provider's set. */
  readonly hmacKey: string
  readonly providerAddress: string
}

export type RefusedToken = readonly [what: string, token: string | Promise<string>, reason: string]

/** Names of keys that nobody has. */
export const KIDS = [
  '../../../../dev/null',
  'https://evil.example/jwks',
  "ec' or '1'='1",
  '',
  '__proto__',
  'EC',
  'ec ',
  'é',
]
const nothing = () => ''
const now = () => Math.floor(Date.now() / 1000)
const hmac = (secret: string | Buffer) => (input: string) =>
  createHmac('sha256', secret).update(input).digest()

/** Tokens that are not taken, and for which reason. */
export function refusedTokens(signers: Signers): readonly RefusedToken[] {
  const { rsa, ec, stranger, withdrawn, hmacKey, providerAddress } = signers
  const spki = createPublicKey({ key: rsa.jwk as JsonWebKey, format: 'jwk' })
  const strangerJwk = { ...stranger.jwk, alg: 'ES256' }

  /** Signed well, but with a header that no library would write. */
  async function withHeader(header: object): Promise<string> {
    const jwk = (await crypto.subtle.exportKey('jwk', ec.privateKey)) as JsonWebKey
    const key = { key: jwk, format: 'jwk' as const, dsaEncoding: 'ieee-p1363' as const }
    return forge({ alg: 'ES256', kid: 'ec', ...header }, claims(), (input) =>
      signBytes('sha256', Buffer.from(input), key),
    )
  }

  /** The payload of one token under the signature of another. */
  async function spliced(): Promise<string> {
    const [header, , signature] = (await sign(ec)).split('.')
    const [, payload] = (await sign(ec, claims({ sub: 'other' }))).split('.')
    return `${header}.${payload}.${signature}`
  }

  async function encrypted(): Promise<string> {
    const { publicKey } = await generateKeyPair('ECDH-ES')
    const inner = new TextEncoder().encode(await sign(ec))
    return new CompactEncrypt(inner)
      .setProtectedHeader({ alg: 'ECDH-ES', enc: 'A256GCM', cty: 'JWT' })
      .encrypt(publicKey)
  }

  const byStranger = (header: object) => sign(stranger, claims(), header)
  const jwtOf = (more: Record<string, unknown>) => sign(ec, claims(more))

  return [
    ['alg none', forge({ alg: 'none' }, claims(), nothing), 'algorithm'],
    ['alg NONE', forge({ alg: 'nOnE', kid: 'ec' }, claims(), nothing), 'algorithm'],
    ['no alg', forge({ kid: 'ec' }, claims(), nothing), 'algorithm'],
    ['alg as an array', forge({ alg: ['ES256'], kid: 'ec' }, claims(), nothing), 'algorithm'],
    ...(['pkcs1', 'spki'] as const).map((type) => {
      const pem = spki.export({ type, format: 'pem' })
      return [
        `HS256 by the public key, ${type}`,
        forge({ alg: 'HS256', kid: 'rsa' }, claims(), hmac(pem)),
        'algorithm',
      ] as const
    }),
    [
      'HS256 by the public key, DER',
      forge({ alg: 'HS256', kid: 'rsa' }, claims(), hmac(spki.export({ type: 'spki', format: 'der' }))),
      'algorithm',
    ],
    [
      'HS256 by the public key, JWK',
      forge({ alg: 'HS256', kid: 'rsa' }, claims(), hmac(JSON.stringify(rsa.jwk))),
      'algorithm',
    ],
    [
      'HS256 by a symmetric key of the set',
      forge({ alg: 'HS256', kid: 'shared' }, claims(), hmac(Buffer.from(hmacKey, 'base64url'))),
      'algorithm',
    ],
    [
      'a MAC where a signature belongs',
      forge({ alg: 'RS256', kid: 'rsa' }, claims(), hmac('x')),
      'signature',
    ],
    ['an algorithm of another key', sign(ec, claims(), { kid: 'rsa' }), 'unknown_signer'],
    ['ES256 said to be RS256', withHeader({ alg: 'RS256', kid: 'rsa' }), 'signature'],
    ['no signature', forge({ alg: 'ES256', kid: 'ec' }, claims(), nothing), 'signature'],
    [
      'a signature of zeros',
      forge({ alg: 'ES256', kid: 'ec' }, claims(), () => Buffer.alloc(64)),
      'signature',
    ],
    ["a stranger's key under a known name", byStranger({}), 'signature'],
    ['a key in the header', byStranger({ jwk: strangerJwk }), 'signature'],
    ['a key in the header, unnamed', byStranger({ jwk: strangerJwk, kid: undefined }), 'unknown_signer'],
    ['a key by address', byStranger({ jku: `${providerAddress}/evil`, kid: 'evil' }), 'unknown_signer'],
    ['a certificate in the header', byStranger({ x5c: ['MIIB'], x5t: 'x', kid: 'evil' }), 'unknown_signer'],
    ['a certificate by address', byStranger({ x5u: `${providerAddress}/evil` }), 'signature'],
    ...KIDS.map((kid) => [`kid ${kid}`, sign(ec, claims(), { kid }), 'unknown_signer'] as const),
    ['a long kid', sign(ec, claims(), { kid: 'k'.repeat(5_000) }), 'unknown_signer'],
    ['kid as a number', withHeader({ kid: 1 }), 'unknown_signer'],
    ['kid as an object', withHeader({ kid: { $ne: '' } }), 'unknown_signer'],
    ['a key for encrypting', sign(withdrawn), 'unknown_signer'],
    ['a key for another algorithm', sign(ec, claims(), { kid: 'for-another-alg' }), 'unknown_signer'],
    ['a key that is none', sign(ec, claims(), { kid: 'no-point' }), 'unknown_signer'],
    ['an RSA key of 512 bits', sign(rsa, claims(), { kid: 'small' }), 'unknown_signer'],
    ['crit', withHeader({ crit: ['exp'], exp: 1 }), 'malformed'],
    ['crit that is empty', withHeader({ crit: [] }), 'malformed'],
    ['an unencoded payload', withHeader({ b64: false, crit: ['b64'] }), 'malformed'],
    ['a logout token', sign(ec, claims(), { typ: 'logout+jwt' }), 'token_type'],
    ['typ as an array', withHeader({ typ: ['JWT'] }), 'token_type'],
    ['the payload of another', spliced(), 'signature'],
    ['encrypted', encrypted(), 'malformed'],
    ['no JSON', forge('{"alg":"ES256"', claims(), nothing), 'malformed'],
    ['a payload that is a text', forge({ alg: 'ES256', kid: 'ec' }, '"ledger"', nothing), 'malformed'],
    ['a payload that is null', forge({ alg: 'ES256', kid: 'ec' }, 'null', nothing), 'malformed'],
    ['a payload that is an array', forge({ alg: 'ES256', kid: 'ec' }, [claims()], nothing), 'malformed'],
    [
      'two parts',
      `${forge({ alg: 'ES256' }, claims(), nothing).split('.').slice(0, 2).join('.')}`,
      'unknown_key',
    ],
    ['another issuer', jwtOf({ iss: 'https://evil.example' }), 'issuer'],
    ['an issuer with more behind it', jwtOf({ iss: `${ISSUER}/` }), 'issuer'],
    ['issuers', jwtOf({ iss: [ISSUER] }), 'issuer'],
    ['no issuer', jwtOf({ iss: undefined }), 'issuer'],
    ['another audience', jwtOf({ aud: 'token-broker-2' }), 'audience'],
    ['audiences without us', jwtOf({ aud: ['other', 'TOKEN-BROKER'] }), 'audience'],
    ['audiences within audiences', jwtOf({ aud: [[AUDIENCE]] }), 'audience'],
    ['no audience', jwtOf({ aud: undefined }), 'audience'],
    ['expired', jwtOf({ exp: now() - 11 }), 'expired'],
    ['expired long ago', jwtOf({ exp: 0 }), 'expired'],
    ['no exp', jwtOf({ exp: undefined }), 'claims'],
    ['exp as a text', jwtOf({ exp: String(now() + 60) }), 'claims'],
    ['exp as null', jwtOf({ exp: null }), 'claims'],
    ['exp as an object', jwtOf({ exp: { valueOf: 1 } }), 'claims'],
    ['nbf to come', jwtOf({ nbf: now() + 60 }), 'not_yet_valid'],
    ['nbf as a text', jwtOf({ nbf: 'now' }), 'claims'],
    ['iat as a text', jwtOf({ iat: 'now' }), 'claims'],
    ['no sub', jwtOf({ sub: undefined }), 'claims'],
    ['sub that is empty', jwtOf({ sub: '' }), 'claims'],
    ['sub as a number', jwtOf({ sub: 4711 }), 'claims'],
    ['sub as an array', jwtOf({ sub: ['ledger'] }), 'claims'],
    ['sub with a line break', jwtOf({ sub: 'ledger\n' }), 'claims'],
    ['sub that looks like ours', jwtOf({ sub: 'ledg\u0435r' }), 'claims'],
    ['sub of who acts beside callers', jwtOf({ sub: 'customer' }), 'claims'],
    ['sub that is long', jwtOf({ sub: 'x'.repeat(101) }), 'claims'],
    ['bound to a certificate', jwtOf({ cnf: { 'x5t#S256': 'x' } }), 'sender_constrained'],
  ]
}
