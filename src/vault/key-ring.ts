import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { OperatorError } from '../core/errors.ts'

export interface RingKey {
  readonly kid: string
  /** A KeyObject and not bytes: it prints and serializes as nothing. */
  readonly key: KeyObject
}

/** The first key seals, all open (DESIGN section 6). */
export interface KeyRing {
  readonly keys: readonly [RingKey, ...RingKey[]]
}

export interface OctJwk {
  readonly kty: 'oct'
  readonly kid: string
  readonly k: string
}

const KEY_BYTES = 32

/** Reads the file of `ENCRYPTION_KEYS_FILE`; raises `keys_unusable` when it can't be read or breaks a rule. */
export function readKeyRing(path: string): KeyRing {
  return parseKeyRing(readText(path))
}

/** Reads a JWK Set (RFC 7517 section 5) of `oct` keys; raises `keys_unusable`, never naming key material. */
export function parseKeyRing(json: string): KeyRing {
  const [first, ...rest] = readKeys(json).map(readKey)
  if (first === undefined) throw unusable('has no key in it; at least one is needed')
  const ring: KeyRing = { keys: [first, ...rest] }
  assertDistinctKids(ring)
  return ring
}

/** Makes a fresh key for a ring. */
export function newKey(kid: string = randomBytes(6).toString('hex')): OctJwk {
  return { kty: 'oct', kid, k: randomBytes(KEY_BYTES).toString('base64url') }
}

/** Makes the JSON text of a ring with one fresh key. */
export function newKeyRing(kid?: string): string {
  return `${JSON.stringify({ keys: [newKey(kid)] }, null, 2)}\n`
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new OperatorError('keys_unusable', `The encryption keys file ${path} cannot be read.`, error)
  }
}

function readKeys(json: string): unknown[] {
  const set = parseJson(json)
  if (!isObject(set) || !Array.isArray(set.keys)) {
    throw unusable('is not a JWK Set; it must look like { "keys": [ … ] }')
  }
  return set.keys
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    // The parser's own message quotes the text, which holds the keys: it is not kept as the cause.
    throw unusable('is not JSON')
  }
}

/** Keys are named by their place: a kid may be a key that slipped into the wrong member. */
function readKey(jwk: unknown, index: number): RingKey {
  const place = `key ${index + 1}`
  if (!isObject(jwk)) throw unusable(`has a ${place} that is not an object`)
  if (jwk.kty !== 'oct') throw unusable(`has a ${place} whose "kty" is not "oct"`)
  if (typeof jwk.kid !== 'string' || jwk.kid.trim() === '') throw unusable(`has a ${place} without a "kid"`)
  return { kid: jwk.kid, key: createSecretKey(readKeyBytes(jwk.k, place)) }
}

function readKeyBytes(k: unknown, place: string): Buffer {
  if (typeof k !== 'string') throw unusable(`has a ${place} without a "k"`)
  const bytes = Buffer.from(k, 'base64url')
  // Node skips characters it does not know: only the way back shows them (RFC 7515 section 2, no padding).
  if (bytes.toString('base64url') !== k) {
    throw unusable(`has a ${place} whose "k" is not base64url without padding`)
  }
  if (bytes.length !== KEY_BYTES) {
    throw unusable(`has a ${place} whose "k" holds ${bytes.length} bytes; exactly ${KEY_BYTES} are needed`)
  }
  return bytes
}

function assertDistinctKids(ring: KeyRing): void {
  const places = new Map<string, number>()
  ring.keys.forEach(({ kid }, index) => {
    const earlier = places.get(kid)
    if (earlier !== undefined) throw unusable(`gives keys ${earlier} and ${index + 1} the same "kid"`)
    places.set(kid, index + 1)
  })
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function unusable(what: string): OperatorError {
  return new OperatorError('keys_unusable', `The encryption keys file (ENCRYPTION_KEYS_FILE) ${what}.`)
}
