import { sql } from 'kysely'
import type { ConsentStatus } from '../core/consent.ts'
import type { PagePosition } from '../core/consent-store.ts'
import { allOf, type Condition, ENDS_AT, unwrittenEnd } from './list-filters.ts'

/** The next entries of one stretch of an index, in its order: `id`, `at` and whether they are `listed`. */
export type Arm = (after: PagePosition | null, limit: number) => Condition

interface Stretch {
  /** What the index begins with; null where it begins with the status. */
  readonly prefix: Condition | null
  /** What is looked at row by row. */
  readonly rest: readonly Condition[]
}

/** Index condition on the created time; a cursor's time is a text of microseconds. */
function older(after: PagePosition | null): readonly Condition[] {
  return after === null ? [] : [sql`(c.created_at, c.id) < (${after.at}::timestamptz, ${after.id}::uuid)`]
}

function given(prefix: Condition | null): readonly Condition[] {
  return prefix === null ? [] : [prefix]
}

/** Newest first; of one status, or of all where an index has them so. */
export function byAge(status: ConsentStatus | null, { prefix, rest }: Stretch): Arm {
  const ofStatus = status === null ? [] : [sql`c.status = ${status}`]
  return (after, limit) => sql`
    (select c.id, c.created_at as at, ${allOf(rest)} as listed from consents c
    where ${allOf([...given(prefix), ...ofStatus, ...older(after)])}
    order by c.created_at desc, c.id desc limit ${limit})`
}

/** Soonest end first; what has ended is no more among it. */
export function byEnd(
  status: 'active' | 'reauthorization_required',
  { prefix, rest, within }: Stretch & { readonly within: { now: Date; before: Date | undefined } },
): Arm {
  const before = within.before === undefined ? [] : [sql`${ENDS_AT} < ${within.before}`]
  return (after, limit) => {
    const later =
      after === null ? [] : [sql`(${ENDS_AT}, c.id) > (${after.at}::timestamptz, ${after.id}::uuid)`]
    const bounds = [sql`${ENDS_AT} > ${within.now}`, ...before, ...later]
    return sql`
      (select c.id, ${ENDS_AT} as at, ${allOf(rest)} as listed from consents c
      where ${allOf([...given(prefix), sql`c.status = ${status}`, ...bounds])}
      order by ${ENDS_AT}, c.id limit ${limit})`
  }
}

/** Newest first of what has ended and is not written down: some seconds' worth, found by its end and sorted. */
export function unwritten({ prefix, rest }: Stretch, now: Date): Arm {
  return (after, limit) => sql`
    (select c.id, c.created_at as at, c.listed from (
      select c.id, c.created_at, ${allOf([...given(prefix), ...rest])} as listed from consents c
      where ${unwrittenEnd(now)} offset 0) c
    where ${allOf([sql`c.listed`, ...older(after)])}
    order by c.created_at desc, c.id desc limit ${limit})`
}

/** A rotation that failed last, or whose token may be spent; as the index has it. */
export const IN_TROUBLE = sql`t.due_at is not null and (t.consecutive_failures > 0 or t.uncertain_at is not null)`

function soonerOut(after: PagePosition | null): readonly Condition[] {
  if (after === null) return []
  return [sql`(t.access_expires_at, t.consent_id) > (${after.at}::timestamptz, ${after.id}::uuid)`]
}

/** Rotations in trouble, the token that ends first before others; of living consents alone, as nearly all of them are. */
export function troubled(statuses: readonly ConsentStatus[], now: Date): Arm {
  const listed = sql`(c.status = any(${[...statuses]}) and ${unwrittenEnd(now)} is not true)`
  return (after, limit) => sql`
    (select t.consent_id as id, t.access_expires_at as at, ${listed} as listed
    from (select t.consent_id, t.access_expires_at from consent_tokens t
      where ${allOf([IN_TROUBLE, ...soonerOut(after)])}
      order by t.access_expires_at, t.consent_id limit ${limit}) t
    join consents c on c.id = t.consent_id)`
}
