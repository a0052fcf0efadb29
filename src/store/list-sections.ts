import { type RawBuilder, sql } from 'kysely'
import type { ConsentFilter, ListOrder } from '../core/consent-store.ts'
import { type Arm, byAge, byEnd, IN_TROUBLE, troubled, unwritten } from './list-arms.ts'
import {
  ALL,
  beforeOf,
  type Condition,
  type Driving,
  drivingOf,
  ENDED,
  unwrittenEnd,
  wanted,
} from './list-filters.ts'

/** One part of a list, in an order of its own; its arms are merged. */
export interface Section {
  readonly arms: readonly Arm[]
  readonly newestFirst: boolean
}

interface Asked {
  readonly filter: ConsentFilter
  readonly now: Date
  readonly driving: Driving
}

export interface SectionInput {
  readonly order: ListOrder
  readonly filter: ConsentFilter
  readonly now: Date
}

const NOT_IN_TROUBLE = sql`not exists (select from consent_tokens t where t.consent_id = c.id and ${IN_TROUBLE})`

/**
 * The sections of a list, in its order. Each goes by the index of its filter: what it costs is what it lists, and
 * what a second filter leaves out.
 */
export function sectionsOf({ order, ...input }: SectionInput): readonly Section[] {
  const asked = { ...input, driving: drivingOf(input.filter) }
  if (order === 'newest') return [newest(asked)]
  return [needsPerson(asked), inTrouble(asked), lasting(asked), pending(asked), ended(asked)]
}

function newest(asked: Asked): Section {
  const { filter, driving } = asked
  const { rest } = driving
  const before = beforeOf(filter)
  const { status } = filter
  // Without a status there is an index for all consents and for an owner's.
  if (status === undefined) {
    const statuses = driving.by === null || driving.by === 'owner' ? [null] : ALL
    return section(asked, { statuses, rest: [...rest, ...before] })
  }
  if (status === 'expired') return ended(asked)
  const over = status === 'pending' || status === 'active' || status === 'reauthorization_required'
  const living = over ? [sql`${unwrittenEnd(asked.now)} is not true`] : []
  return section(asked, { statuses: [status], rest: [...rest, ...before, ...living] })
}

function needsPerson(asked: Asked): Section {
  return endSection(asked, 'reauthorization_required', [])
}

/**
 * Only where all consents are looked at, or those of a status: which are in trouble is known of the tokens, and whose
 * consents those are of is not in their index.
 */
function setsTroubleApart({ driving, filter }: Asked): boolean {
  return driving.by === null && filter.expiresBefore === undefined
}

function inTrouble(asked: Asked): Section {
  const { filter, now } = asked
  const statuses = wanted(['active', 'pending'], filter)
  if (!setsTroubleApart(asked) || statuses.length === 0) return NONE
  return { arms: [troubled(statuses, now)], newestFirst: false }
}

function lasting(asked: Asked): Section {
  return endSection(asked, 'active', setsTroubleApart(asked) ? [NOT_IN_TROUBLE] : [])
}

function endSection(
  { filter, now, driving }: Asked,
  status: 'active' | 'reauthorization_required',
  conditions: readonly RawBuilder<unknown>[],
): Section {
  if (wanted([status], filter).length === 0) return NONE
  const rest = [...driving.rest, ...conditions]
  const within = { now, before: filter.expiresBefore }
  const arms = driving.prefixes.map((prefix) => byEnd(status, { prefix, rest, within }))
  return { arms, newestFirst: false }
}

function pending(asked: Asked): Section {
  const { filter, now, driving } = asked
  if (wanted(['pending'], filter).length === 0) return NONE
  const rest = [
    ...driving.rest,
    ...beforeOf(filter),
    sql`${unwrittenEnd(now)} is not true`,
    ...(setsTroubleApart(asked) ? [NOT_IN_TROUBLE] : []),
  ]
  return section(asked, { statuses: ['pending'], rest })
}

function ended(asked: Asked): Section {
  const { filter, now, driving } = asked
  const rest = [...driving.rest, ...beforeOf(filter)]
  const { arms, ...written } = section(asked, { statuses: wanted(ENDED, filter), rest })
  const expired = wanted(['expired'], filter).length > 0
  const unwrittenArms = expired ? driving.prefixes.map((prefix) => unwritten({ prefix, rest }, now)) : []
  return { ...written, arms: [...arms, ...unwrittenArms] }
}

function section(
  { driving }: Asked,
  { statuses, rest }: { statuses: readonly Parameters<typeof byAge>[0][]; rest: readonly Condition[] },
): Section {
  const arms = driving.prefixes.flatMap((prefix) => statuses.map((status) => byAge(status, { prefix, rest })))
  return { arms, newestFirst: true }
}

const NONE: Section = { arms: [], newestFirst: true }
