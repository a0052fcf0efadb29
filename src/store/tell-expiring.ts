import { sql } from 'kysely'
import type { Housekeeping } from '../core/token-store.ts'
import type { Database } from './database.ts'

type Input = Parameters<Housekeeping['run']>[0]

/** Days before its end at which a consent's owner is told, soonest end last. */
const NOTICES = [14, 7, 1] as const
const DAY_MS = 86_400_000
/** Nobody needs it to the second: most rounds are a look at one row. */
const GRAIN_MS = 30_000

/**
 * Tells of living consents that are about to end, once a consent, notice and end; resolves of how many. How far it
 * was told is a mark that moves along the ends of consents, so nothing is kept per consent, a round reads only what
 * is new, and an end that moves by a renewal is new. Of several notices that are overdue the nearest alone is given;
 * what had fewer days left when it was authorized never came to the notice, and is not told.
 */
export async function tellExpiring(db: Database, input: Input): Promise<number> {
  let told = 0
  for (const [index, days] of NOTICES.entries()) {
    told += await tell(db, { ...input, days, nearerDays: NOTICES[index + 1] ?? 0 })
  }
  return told
}

interface Notice extends Input {
  readonly days: number
  /** What ends within the next notice's days is left to that one. */
  readonly nearerDays: number
}

/** The mark's lock keeps replicas apart; consents are locked in the order of everybody who locks several. */
async function tell(db: Database, { now, limit, days, nearerDays }: Notice): Promise<number> {
  const horizon = new Date(now.getTime() + days * DAY_MS)
  const stale = new Date(horizon.getTime() - GRAIN_MS)
  const { rows } = await sql<{ told: number }>`
    with mark as materialized (
      select told_to, told_id from expiry_notices where days = ${days} and told_to <= ${stale} for update skip locked
    ), due as materialized (
      select c.id, c.expires_at from mark m cross join lateral (
        select id, expires_at from consents
        where status in ('pending', 'active', 'reauthorization_required') and expires_at >= m.told_to
          and (expires_at, id) > (m.told_to, m.told_id) and expires_at <= ${horizon}
        order by expires_at, id limit ${limit}) c
    ), living as materialized (
      select id, expires_at from consents
      where id = any(array(select id from due)) and status = 'active' and expires_at <= ${horizon}
        and expires_at > ${new Date(now.getTime() + nearerDays * DAY_MS)}
        and authorized_at <= expires_at - ${days} * interval '1 day'
      order by id for no key update
    ), told as (
      insert into consent_events (consent_id, type, actor, detail, occurred_at)
      select id, 'consent.expiring', 'clock', jsonb_build_object('days', ${days}::int), ${now} from living order by id
      returning id
    ), last as (
      select expires_at, id from due order by expires_at desc, id desc limit 1
    ), marked as (
      update expiry_notices n
      set told_to = case when full_page then l.expires_at else ${horizon} end,
        told_id = case when full_page then l.id else 'ffffffff-ffff-ffff-ffff-ffffffffffff' end
      from mark m cross join (select count(*) = ${limit} as full_page from due) c left join last l on true
      where n.days = ${days}
    )
    select count(*)::int as told from told`.execute(db)
  return rows[0]?.told ?? 0
}
