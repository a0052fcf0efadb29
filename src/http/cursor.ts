import type { PagePosition } from '../core/consent-store.ts'
import { HttpError } from './problem.ts'

/** Makes the opaque cursor of a page's end. */
export function encodeCursor(...parts: readonly string[]): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64url')
}

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const EVENT_ID = /^\d{1,18}$/

/** Reads the position of a consent page; raises `invalid_request`. */
export function readPosition(cursor: string | undefined): PagePosition | null {
  if (cursor === undefined) return null
  const [time = '', id = ''] = decode(cursor, [TIME, UUID])
  const at = new Date(time)
  if (Number.isNaN(at.getTime())) throw unusable()
  return { at, id }
}

/** Reads the id before which an event page starts; raises `invalid_request`. */
export function readEventPosition(cursor: string | undefined): string | null {
  return cursor === undefined ? null : (decode(cursor, [EVENT_ID])[0] ?? null)
}

function decode(cursor: string, patterns: readonly RegExp[]): readonly string[] {
  const parts = parse(cursor)
  if (!isTexts(parts) || parts.length !== patterns.length) throw unusable()
  if (!patterns.every((pattern, index) => pattern.test(parts[index] ?? ''))) throw unusable()
  return parts
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((part) => typeof part === 'string')
}

function parse(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString())
  } catch {
    return null
  }
}

function unusable(): HttpError {
  return new HttpError('invalid_request', 'cursor: is not one that this broker gave', { field: 'cursor' })
}
