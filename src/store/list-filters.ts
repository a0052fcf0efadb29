import { type RawBuilder, sql } from 'kysely'
import { CONSENT_STATUSES, type ConsentStatus } from '../core/consent.ts'
import type { ConsentFilter } from '../core/consent-store.ts'

export type Condition = RawBuilder<unknown>

export const LIVING = ['pending', 'active', 'reauthorization_required'] as const
export const ENDED = ['rejected', 'failed', 'abandoned', 'expired', 'revoked'] as const

/** When a consent ends, as the indexes of what lives have it. */
export const ENDS_AT = sql`coalesce(c.expires_at, 'infinity')`

/** The narrowest filter that an index begins with, and what is left to be looked at row by row. */
export interface Driving {
  /** One condition a stretch of the index: of an IBAN, one a key of the ring. Empty: all consents. */
  readonly prefixes: readonly (Condition | null)[]
  readonly rest: readonly Condition[]
  readonly by: 'iban' | 'customer_reference' | 'owner' | null
}

/** An account or a customer has few consents, an owner has many. */
export function drivingOf(filter: ConsentFilter): Driving {
  const { iban, customerReference, owner } = filter
  const byReference =
    customerReference === undefined ? [] : [sql`c.customer_reference = ${customerReference}`]
  const byOwner = owner === undefined ? [] : [sql`c.owner = ${owner}`]
  if (iban !== undefined) {
    const prefixes = iban.map(({ hash }) => sql`c.iban_hash = ${hash}`)
    return { prefixes, rest: [...byReference, ...byOwner], by: 'iban' }
  }
  if (customerReference !== undefined)
    return { prefixes: byReference, rest: byOwner, by: 'customer_reference' }
  return owner === undefined
    ? { prefixes: [null], rest: [], by: null }
    : { prefixes: byOwner, rest: [], by: 'owner' }
}

/** Past its end, and not written down yet: the same rule as `effectiveStatus` in the core. */
export function unwrittenEnd(now: Date): Condition {
  return sql`(c.status in ('pending', 'active', 'reauthorization_required') and c.expires_at <= ${now})`
}

export function allOf(conditions: readonly Condition[]): Condition {
  return conditions.length === 0 ? sql`true` : sql`(${sql.join(conditions, sql` and `)})`
}

/** Every filter at once, for a record that was found by some of them. */
export function matches(filter: ConsentFilter, now: Date): Condition {
  const { prefixes, rest } = drivingOf(filter)
  const driven = prefixes.flatMap((one) => (one === null ? [] : [one]))
  return allOf([
    ...(driven.length === 0 ? [] : [sql`(${sql.join(driven, sql` or `)})`]),
    ...rest,
    ...beforeOf(filter),
    ...(filter.status === undefined ? [] : [hasStatus(filter.status, now)]),
  ])
}

export function beforeOf({ expiresBefore }: ConsentFilter): readonly Condition[] {
  return expiresBefore === undefined ? [] : [sql`c.expires_at < ${expiresBefore}`]
}

function hasStatus(status: ConsentStatus, now: Date): Condition {
  if (status === 'expired') return sql`(c.status = 'expired' or ${unwrittenEnd(now)})`
  return sql`(c.status = ${status} and ${unwrittenEnd(now)} is not true)`
}

/** The statuses a list may hold, in the order of the type. */
export function wanted<S extends ConsentStatus>(among: readonly S[], filter: ConsentFilter): readonly S[] {
  return among.filter((status) => filter.status === undefined || filter.status === status)
}

export const ALL: readonly ConsentStatus[] = CONSENT_STATUSES
