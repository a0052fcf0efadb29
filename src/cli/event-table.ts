import type { ConsentEvent } from './answers.ts'
import { shortTime } from './printable.ts'
import type { Column } from './table.ts'

/** What happened to a consent, a line each. */
export const EVENT_COLUMNS: readonly Column<ConsentEvent>[] = [
  { title: 'TIME', of: ({ occurred_at }) => shortTime(occurred_at) },
  { title: 'EVENT', of: ({ type }) => type },
  { title: 'BY', of: ({ actor }) => actor, flexible: true },
  { title: 'DETAIL', of: ({ detail }) => detailOf(detail), flexible: true },
]

/** Members by name; what has members of its own as JSON. */
export function detailOf(detail: object): string {
  return Object.entries(detail)
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' ')
}
