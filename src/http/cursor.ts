import { createHash } from 'node:crypto'
import type { ListOrder, PagePosition } from '../core/consent-store.ts'
import { HttpError } from './problem.ts'

/** Makes the opaque cursor of a page's end. */
export function encodeCursor(...parts: readonly string[]): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64url')
}

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const ANY_TIME = /^(infinity|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z)$/
const ORDER = /^(attention|newest)$/
const DIGEST = /^[\w-]{6}$/
const SECTION = /^[0-4]$/
const EVENT_ID = /^\d{1,18}$/

/** A list in its order, from where it goes on. */
export interface ListPosition {
  readonly order: ListOrder
  readonly after: PagePosition | null
}

interface ListAsked {
  readonly sort?: ListOrder
  readonly cursor?: string
}

/** Makes the cursor of a consent page's end: good for the same filters, in the order it tells. */
export function encodeListCursor(asked: ListAsked & object, order: ListOrder, next: PagePosition): string {
  return encodeCursor(order, digestOf(asked), String(next.section), next.at, next.id)
}

/** Reads which order a list has and where it goes on: a cursor brings its order along. Raises `invalid_request`. */
export function readListPosition(asked: ListAsked & object): ListPosition {
  const { sort, cursor } = asked
  if (cursor === undefined) return { order: sort ?? 'attention', after: null }
  const { order, after } = readFormer(cursor) ?? readPosition(cursor, digestOf(asked))
  if (sort !== undefined && sort !== order) throw otherList()
  return { order, after }
}

/** What an earlier version gave: newest first, whatever the filters. */
function readFormer(cursor: string): { order: ListOrder; after: PagePosition } | null {
  const parts = parse(cursor)
  if (!isTexts(parts) || parts.length !== 2) return null
  const [time = '', id = ''] = decode(cursor, [TIME, UUID])
  return { order: 'newest', after: { section: 0, at: assertTime(time), id } }
}

function readPosition(cursor: string, digest: string): { order: ListOrder; after: PagePosition } {
  const [order = '', filters, section, at = '', id = ''] = decode(cursor, [
    ORDER,
    DIGEST,
    SECTION,
    ANY_TIME,
    UUID,
  ])
  if (filters !== digest) throw otherList()
  return { order: order as ListOrder, after: { section: Number(section), at: assertTime(at), id } }
}

/** A pattern lets days through that no month has, JavaScript the 31st of February, and Postgres has no year 0. */
function assertTime(time: string): string {
  const read = new Date(time)
  const isReal = !Number.isNaN(read.getTime()) && time.startsWith(read.toISOString().slice(0, -1))
  if (time !== 'infinity' && (!isReal || time.startsWith('0000'))) throw unusable()
  return time
}

/** Tells filters apart; too short to tell what they were. */
function digestOf({
  sort: _sort,
  cursor: _cursor,
  limit: _limit,
  ...filters
}: ListAsked & { limit?: number }): string {
  const named = Object.entries(filters).sort(([a], [b]) => (a < b ? -1 : 1))
  return createHash('sha256').update(JSON.stringify(named)).digest('base64url').slice(0, 6)
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

function otherList(): HttpError {
  const detail = 'cursor: was given for another list: send it with the same sort and filters'
  return new HttpError('invalid_request', detail, { field: 'cursor' })
}

function unusable(): HttpError {
  return new HttpError('invalid_request', 'cursor: is not one that this broker gave', { field: 'cursor' })
}
