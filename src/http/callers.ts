import { createHash, timingSafeEqual } from 'node:crypto'
import { type Caller, PERMISSIONS, type Permission } from '../core/caller.ts'
import { OperatorError } from '../core/errors.ts'

/** Recognises a caller by its bearer token; null for an unknown one. */
export type RecognizeCaller = (bearerToken: string) => Caller | null

interface StaticKey {
  readonly caller: Caller
  readonly digest: Buffer
}

/** Reads CALLERS_FILE (DESIGN section 7); raises `settings_invalid` naming the entry, never a key. */
export function parseCallers(json: string): RecognizeCaller {
  const entries = parseArray(json)
  const keys = entries.map(toKey)
  const ids = keys.map(({ caller }) => caller.id)
  const twice = ids.find((id, index) => ids.indexOf(id) !== index)
  if (twice !== undefined) throw invalid(`the caller "${twice}" stands in it twice`)
  assertOwnKeys(keys)
  return (bearerToken) => recognize(keys, bearerToken)
}

/** One key for two callers: nobody could tell who is calling. */
function assertOwnKeys(keys: readonly StaticKey[]): void {
  for (const [index, { caller, digest }] of keys.entries()) {
    const first = keys.slice(0, index).find((other) => other.digest.equals(digest))
    if (first !== undefined) {
      throw invalid(`the callers "${first.caller.id}" and "${caller.id}" have the same key`)
    }
  }
}

/** Compares with every key, so that the time taken tells nothing about any of them. */
function recognize(keys: readonly StaticKey[], bearerToken: string): Caller | null {
  const digest = createHash('sha256').update(bearerToken).digest()
  let found: Caller | null = null
  for (const key of keys) {
    if (timingSafeEqual(digest, key.digest)) found = key.caller
  }
  return found
}

function parseArray(json: string): readonly unknown[] {
  const value = tryParse(json)
  if (!Array.isArray(value) || value.length === 0)
    throw invalid('it must be a JSON array of at least one caller')
  return value
}

function tryParse(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return null
  }
}

function toKey(entry: unknown, index: number): StaticKey {
  const { id, key_sha256, permissions, ...others } = (entry ?? {}) as Record<string, unknown>
  const place = `entry ${index + 1}`
  if (typeof id !== 'string' || !/^[A-Za-z0-9._:@/-]{1,100}$/.test(id)) {
    throw invalid(`${place} needs an "id" of letters, digits and . _ : @ / -`)
  }
  if (typeof key_sha256 !== 'string' || !/^[0-9a-f]{64}$/i.test(key_sha256)) {
    throw invalid(`${place} ("${id}") needs "key_sha256": the SHA-256 of its key, 64 hexadecimal digits`)
  }
  // Its name is not told: it may be a key that slipped to the wrong side of a colon.
  if (Object.keys(others).length > 0) {
    throw invalid(`${place} ("${id}") has a member beside "id", "key_sha256" and "permissions"`)
  }
  return {
    caller: { id, permissions: toPermissions(permissions, `${place} ("${id}")`) },
    digest: Buffer.from(key_sha256, 'hex'),
  }
}

function toPermissions(value: unknown, place: string): ReadonlySet<Permission> {
  const known = (permission: unknown): permission is Permission =>
    PERMISSIONS.some((name) => name === permission)
  if (!Array.isArray(value) || value.length === 0 || !value.every(known)) {
    throw invalid(`${place} needs "permissions": some of ${PERMISSIONS.join(', ')}`)
  }
  return new Set(value)
}

function invalid(problem: string): OperatorError {
  return new OperatorError('settings_invalid', `CALLERS_FILE can't be used: ${problem}.`)
}
