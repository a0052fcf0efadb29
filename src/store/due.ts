import { sql } from 'kysely'
import type { Clock } from '../core/clock.ts'
import type { DueInput } from '../core/token-store.ts'
import {
  CLAIMED,
  type ClaimRow,
  claimColumns,
  gateOpen,
  provenSince,
  replayable,
  rotates,
  UNPRESENTED,
} from './claim-rows.ts'
import type { Database } from './database.ts'
import { intervalMs } from './rows.ts'

const FULL_LOOK_EVERY_MS = 60_000
/** Rows that were locked for a moment, or committed late, fall due behind those already claimed. */
const OVERLAP_MS = 10_000
const EVERYTHING = '-infinity'

/**
 * Claims what is due, soonest first. It looks no further back than the last claims, save once a minute: the
 * index entries they left behind stay until a vacuum, and an old snapshot holds that up (DESIGN 4.6).
 */
export function createClaimDueRows(db: Database, clock: Pick<Clock, 'monotonicMs'>) {
  let lowWater: Date | null = null
  let fullLookAtMs = Number.NEGATIVE_INFINITY

  return async (input: DueInput, attemptIds: readonly string[]): Promise<ClaimRow[]> => {
    const nowMs = clock.monotonicMs()
    const full = nowMs >= fullLookAtMs
    const rows = await claimRows(db, input, { attemptIds, after: full ? null : lowWater })
    if (full && rows.length < input.limit) fullLookAtMs = nowMs + FULL_LOOK_EVERY_MS
    lowWater = later(lowWater, rows)
    return rows
  }
}

function later(lowWater: Date | null, rows: readonly ClaimRow[]): Date | null {
  if (rows.length === 0) return lowWater
  const unpresented = rows.filter(({ presentations }) => presentations === 1)
  const latestMs = Math.max(0, ...unpresented.map(({ due_at }) => due_at?.getTime() ?? 0)) - OVERLAP_MS
  return new Date(Math.max(latestMs, lowWater?.getTime() ?? 0))
}

interface Range {
  readonly attemptIds: readonly string[]
  readonly after: Date | null
}

/**
 * Replays first: they are few, and found by an index of their own, for the low-water mark would hide them.
 * Consents are looked up one by one, in the order of the index: a join might read all of them.
 */
async function claimRows(db: Database, input: DueInput, { attemptIds, after }: Range): Promise<ClaimRow[]> {
  const { bank, limit, leaseMs } = input
  const rotating = sql`(select ${rotates(bank)} from consents c where c.id = t.consent_id)`
  const { rows } = await sql<ClaimRow>`
    with replays as materialized (
      select t.consent_id from consent_tokens t
      where ${replayable(input)} and ${provenSince(input)} and ${rotating} and ${gateOpen(bank)}
      order by t.uncertain_at limit ${limit} for update of t skip locked
    ), due as materialized (
      select t.consent_id from consent_tokens t
      where t.due_at <= now() and t.due_at > ${after ?? EVERYTHING}::timestamptz and ${UNPRESENTED}
        and ${rotating} and ${gateOpen(bank)}
      order by t.due_at limit ${limit} for update of t skip locked
    ), chosen as (
      select consent_id from (select consent_id, 1 as turn from replays union all select consent_id, 2 from due) as found
      order by turn limit ${limit}
    ), numbered as (
      select consent_id, (${[...attemptIds]}::uuid[])[row_number() over (order by consent_id)] as attempt_id from chosen
    )
    update consent_tokens t set ${claimColumns(sql`numbered.attempt_id`, leaseEnd(leaseMs))}
    from numbered join consents c on c.id = numbered.consent_id
    where t.consent_id = numbered.consent_id
    returning ${CLAIMED}`.execute(db)
  return rows
}

/** When a lease that begins now ends. */
export function leaseEnd(leaseMs: number) {
  return sql`now() + ${intervalMs(leaseMs)}`
}
