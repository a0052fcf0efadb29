import { createLocalJWKSet, type JSONWebKeySet } from 'jose'
import { OperatorError } from '../core/errors.ts'
import type { KeySource } from './key-source.ts'

export interface FileKeys extends KeySource {
  /** Takes the file's content from here on; raises `settings_invalid`, and stays as it was, where it can't be used. */
  use(json: string): void
}

/** Holds the keys of CALLER_JWKS_FILE (RFC 7517). */
export function createFileKeys(json: string): FileKeys {
  let set = readKeySet(json)
  let generation = 1
  return {
    generation: () => generation,
    find: (header, token) => set(header, token),
    use: (changed) => {
      set = readKeySet(changed)
      generation += 1
    },
  }
}

function readKeySet(json: string): ReturnType<typeof createLocalJWKSet> {
  const value = tryParse(json)
  if (!isKeySet(value) || value.keys.length === 0) {
    throw invalid('it must be a JWK Set, { "keys": [ ... ] }, of at least one key')
  }
  const secret = value.keys.findIndex((key) => 'd' in key || 'k' in key)
  if (secret >= 0) throw invalid(`key ${secret + 1} is a private or a symmetric one, which has no place here`)
  return createLocalJWKSet(value)
}

function isKeySet(value: unknown): value is JSONWebKeySet {
  const keys = typeof value === 'object' && value !== null && 'keys' in value ? value.keys : null
  return Array.isArray(keys) && keys.every((key) => typeof key === 'object' && key !== null && 'kty' in key)
}

function tryParse(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return null
  }
}

function invalid(problem: string): OperatorError {
  return new OperatorError('settings_invalid', `CALLER_JWKS_FILE can't be used: ${problem}.`)
}
