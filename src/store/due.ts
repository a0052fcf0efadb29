import { sql } from 'kysely'
import type { Clock } from '../core/clock.ts'
import { CLAIMED, type ClaimRow, notHeld, rotates, UNCLAIMED } from './claim-rows.ts'
import type { Database } from './database.ts'
import { intervalMs } from './rows.ts'

const FULL_LOOK_EVERY_MS = 60_000
/** Rows that were locked for a moment, or committed late, fall due behind those already claimed. */
const OVERLAP_MS = 10_000
const EVERYTHING = '-infinity'

interface DueInput {
  readonly bank: string
  readonly limit: number
  readonly leaseMs: number
}

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
  const latestMs = Math.max(...rows.map(({ due_at }) => due_at?.getTime() ?? 0)) - OVERLAP_MS
  return new Date(Math.max(latestMs, lowWater?.getTime() ?? 0))
}

interface Range {
  readonly attemptIds: readonly string[]
  readonly after: Date | null
}

/** Consents are looked up one by one, in the order of the index: a join might read all of them. */
async function claimRows(
  db: Database,
  { bank, limit, leaseMs }: DueInput,
  { attemptIds, after }: Range,
): Promise<ClaimRow[]> {
  const { rows } = await sql<ClaimRow>`
    with due as materialized (
      select t.consent_id from consent_tokens t
      where t.due_at <= now() and t.due_at > ${after ?? EVERYTHING}::timestamptz and ${UNCLAIMED}
        and (select ${rotates(bank)} from consents c where c.id = t.consent_id) and ${notHeld(bank)}
      order by t.due_at limit ${limit} for update of t skip locked
    ), numbered as (
      select consent_id, (${[...attemptIds]}::uuid[])[row_number() over (order by consent_id)] as attempt_id from due
    )
    update consent_tokens t
    set presentations = t.presentations + 1, presented_by = array_append(t.presented_by, numbered.attempt_id),
      attempt_id = numbered.attempt_id, attempt_started_at = now(), lease_until = now() + ${intervalMs(leaseMs)}
    from numbered join consents c on c.id = numbered.consent_id
    where t.consent_id = numbered.consent_id
    returning ${CLAIMED}`.execute(db)
  return rows
}
