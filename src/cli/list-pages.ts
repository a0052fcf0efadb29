import { type Api, pagesOf, type Query } from './api.ts'
import { wholeNumber } from './define.ts'
import { UsageError } from './errors.ts'
import type { Io } from './io.ts'
import { toJson } from './printable.ts'
import { type Column, createTable } from './table.ts'

export interface Listing<Item> {
  readonly path: string
  readonly query: Query
  readonly limit: number
  readonly json: boolean
  readonly columns: readonly Column<Item>[]
  /** What is said where there is nothing. */
  readonly none: string
}

/** Prints a list page by page: a table, or one JSON object a line. Resolves how many items it had. */
export async function printPages<Item>(api: Api, listing: Listing<Item>, io: Io): Promise<number> {
  const { path, query, limit, json, columns, none } = listing
  const table = createTable(columns, io.terminal)
  let count = 0
  let isWhole = true
  for await (const { items, isLast } of pagesOf<Item>(api, path, { ...query, limit })) {
    const lines = json ? items.map(toJson) : items.length === 0 ? [] : table.lines(items)
    for (const line of lines) io.say(line)
    count += items.length
    isWhole = isLast
  }
  if (count === 0 && !json) io.tell(none)
  if (!isWhole) io.tell(`Only the first ${count} are shown; --limit or --all shows more.`)
  const leftOut = json || count === 0 ? [] : table.leftOut()
  if (leftOut.length > 0) io.tell(`The terminal is too narrow for: ${leftOut.join(', ')}. --json shows all.`)
  return count
}

const USUAL_LIMIT = 50

export const LIMIT_OPTIONS = {
  limit: { type: 'string' },
  all: { type: 'boolean', default: false },
} as const

/** Reads `--limit` and `--all`; raises UsageError. */
export function readLimit({ limit, all = false }: { limit?: string; all?: boolean }): number {
  if (all && limit !== undefined) throw new UsageError('--limit and --all exclude one another.')
  if (all) return Number.POSITIVE_INFINITY
  return limit === undefined ? USUAL_LIMIT : wholeNumber('--limit', limit)
}
