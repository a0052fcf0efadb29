import type { PagePosition } from '../core/consent-store.ts'
import type { Section } from './list-sections.ts'

/** An entry of an index; one that is not `listed` was looked at in vain. */
export interface Entry {
  readonly id: string
  readonly at: string
  readonly listed: boolean
}

/** Finds the next entries of a section, in its order: `count` of them, or all that are left. */
export type Find = (section: Section, after: PagePosition | null, count: number) => Promise<readonly Entry[]>

interface Page {
  readonly limit: number
  readonly after: PagePosition | null
}

interface Walked {
  readonly ids: readonly string[]
  /** Where the next page begins; null where nothing is left. */
  readonly next: PagePosition | null
}

/** So many entries are looked at for a page, and no more: one that finds few is short, and the next goes on. */
export const LOOKED_AT = 2_000
/** The first look fills most pages; where it does not, the next ones are wider. */
const WIDER = 4
const WIDEST = 500

/** Walks sections from a position until a page is full, with one entry more to know whether it is the last. */
export async function walk(sections: readonly Section[], find: Find, page: Page): Promise<Walked> {
  const ids = new Set<string>()
  let [last, next, looked] = [page.after, page.after, 0]
  for await (const { position, listed } of entriesOf(sections, find, page)) {
    looked += 1
    last = position
    // One that moved on to a later section meanwhile is not told twice on one page.
    const isNew = listed && !ids.has(position.id)
    if (isNew && ids.size === page.limit) return { ids: [...ids], next }
    if (isNew) {
      ids.add(position.id)
      next = position
    }
    if (looked === LOOKED_AT) return { ids: [...ids], next: last }
  }
  return { ids: [...ids], next: null }
}

/** The entries of all sections from a position on. */
async function* entriesOf(sections: readonly Section[], find: Find, { limit, after }: Page) {
  for (const [index, section] of sections.entries()) {
    if (section.arms.length === 0 || index < (after?.section ?? 0)) continue
    const from = after?.section === index ? after : null
    for await (const { id, at, listed } of piecesOf(section, find, { from, count: limit + 1 })) {
      yield { position: { section: index, at, id }, listed }
    }
  }
}

/** Read by pieces: what is not taken is not looked for. */
async function* piecesOf(section: Section, find: Find, { from, count }: Pieces): AsyncGenerator<Entry> {
  const entries = await find(section, from, count)
  yield* entries
  const last = entries.at(-1)
  if (last === undefined || entries.length < count) return
  const next = { section: 0, at: last.at, id: last.id }
  yield* piecesOf(section, find, { from: next, count: Math.max(count, Math.min(count * WIDER, WIDEST)) })
}

interface Pieces {
  readonly from: PagePosition | null
  readonly count: number
}
