import { hash, randomBytes } from 'node:crypto'
import { OperatorError } from '../core/errors.ts'
import { parseCallers } from './static-callers.ts'

export interface CallerKey {
  /** To be shown once: CALLERS_FILE holds its digest alone. */
  readonly key: string
  /** SHA-256, hexadecimal. */
  readonly digest: string
}

/** Makes a key of 256 random bits; by its prefix scanners for leaked secrets find it. */
export function newCallerKey(): CallerKey {
  const key = `tbk_${randomBytes(32).toString('base64url')}`
  return { key, digest: hash('sha256', key, 'hex') }
}

export interface NewCaller {
  readonly id: string
  readonly digest: string
  /** Null gives one more key to a caller that is there. */
  readonly permissions: readonly string[] | null
}

interface Entry {
  readonly id: string
  readonly key_sha256: string | readonly string[]
  readonly permissions: readonly string[]
}

/** Adds a caller, or a key of one, to the content of CALLERS_FILE; raises `settings_invalid` naming what is wrong. */
export function addCallerKey(content: string, added: NewCaller): string {
  const entries = content.trim() === '[]' ? [] : readEntries(content)
  const changed = added.permissions === null ? withKey(entries, added) : withCaller(entries, added)
  const lines = changed.map((entry) => `  ${JSON.stringify(entry)}`)
  const text = `[\n${lines.join(',\n')}\n]\n`
  parseCallers(text)
  return text
}

function readEntries(content: string): readonly Entry[] {
  parseCallers(content)
  return JSON.parse(content)
}

function withCaller(entries: readonly Entry[], { id, digest, permissions }: NewCaller): readonly Entry[] {
  if (entries.some((entry) => entry.id === id)) {
    throw new OperatorError(
      'settings_invalid',
      `ID: there is a caller "${id}" already; leave out --permissions to give it one more key.`,
    )
  }
  return [...entries, { id, key_sha256: digest, permissions: permissions ?? [] }]
}

function withKey(entries: readonly Entry[], { id, digest }: NewCaller): readonly Entry[] {
  if (!entries.some((entry) => entry.id === id)) {
    throw new OperatorError(
      'settings_invalid',
      'ID: no such caller is there; give a new one its --permissions.',
    )
  }
  return entries.map((entry) =>
    entry.id === id ? { ...entry, key_sha256: [entry.key_sha256, digest].flat() } : entry,
  )
}
