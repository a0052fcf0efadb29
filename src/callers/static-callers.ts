import { hash, timingSafeEqual } from 'node:crypto'
import { CALLER_ID, CALLER_ID_FORM, type Caller, PERMISSIONS, type Permission } from '../core/caller.ts'
import { OperatorError } from '../core/errors.ts'

/** Recognises a caller by its key; null for an unknown one. */
export type StaticCallers = (key: string) => Caller | null

const MOST_KEYS = 4

interface StaticKey {
  readonly caller: Caller
  readonly digest: Buffer
}

/** Reads CALLERS_FILE (DESIGN section 7); raises `settings_invalid` naming the entry, never a key. */
export function parseCallers(json: string): StaticCallers {
  const entries = parseArray(json).map(toEntry)
  const ids = entries.map(({ caller }) => caller.id)
  const twice = ids.find((id, index) => ids.indexOf(id) !== index)
  if (twice !== undefined) throw invalid(`the caller "${twice}" stands in it twice`)
  const keys = entries.flatMap(({ caller, digests }) => digests.map((digest) => ({ caller, digest })))
  assertOwnKeys(keys)
  return (key) => recognize(keys, key)
}

/** One key for two callers: nobody could tell who is calling. */
function assertOwnKeys(keys: readonly StaticKey[]): void {
  const owners = new Map<string, string>()
  for (const { caller, digest } of keys) {
    const owner = owners.get(digest.toString('hex'))
    if (owner === caller.id) throw invalid(`the caller "${owner}" has the same key twice`)
    if (owner !== undefined) throw invalid(`the callers "${owner}" and "${caller.id}" have the same key`)
    owners.set(digest.toString('hex'), caller.id)
  }
}

/** Compares with every key, so that the time taken tells nothing about any of them; a thousand take 46 µs. */
function recognize(keys: readonly StaticKey[], given: string): Caller | null {
  const digest = hash('sha256', given, 'buffer')
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

interface Entry {
  readonly caller: Caller
  readonly digests: readonly Buffer[]
}

function toEntry(entry: unknown, index: number): Entry {
  const { id, key_sha256, permissions, ...others } = (entry ?? {}) as Record<string, unknown>
  const place = `entry ${index + 1}`
  if (typeof id !== 'string' || !CALLER_ID.test(id)) {
    throw invalid(`${place} needs an "id" of ${CALLER_ID_FORM}`)
  }
  const digests = toDigests(key_sha256, `${place} ("${id}")`)
  // Its name is not told: it may be a key that slipped to the wrong side of a colon.
  if (Object.keys(others).length > 0) {
    throw invalid(`${place} ("${id}") has a member beside "id", "key_sha256" and "permissions"`)
  }
  return { caller: { id, permissions: toPermissions(permissions, `${place} ("${id}")`) }, digests }
}

/** One, or several while a caller changes from one key to the next. */
function toDigests(value: unknown, place: string): readonly Buffer[] {
  const isDigest = (one: unknown) => typeof one === 'string' && /^[0-9a-f]{64}$/i.test(one)
  const digests: readonly unknown[] = Array.isArray(value) ? value : [value]
  if (digests.length === 0 || digests.length > MOST_KEYS || !digests.every(isDigest)) {
    throw invalid(
      `${place} needs "key_sha256": the SHA-256 of its key, 64 hexadecimal digits, or up to ${MOST_KEYS} of them in an array`,
    )
  }
  return digests.map((digest) => Buffer.from(String(digest), 'hex'))
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
