import { sql } from 'kysely'
import type { Fault, GateReason, GateState, GateStore, RotatedCount } from '../core/gate-store.ts'
import { listBankEvents } from './bank-events.ts'
import { endCanary, hurryCanary, takeCanary } from './canaries.ts'
import type { Database } from './database.ts'
import { readIdentity } from './database-identity.ts'
import { addOutcomes, readOutcomes } from './outcomes.ts'
import { intervalMs } from './rows.ts'
import type { GateRow } from './schema.ts'

const CLOSES_AT = 3
const FORGIVEN_PER_ROTATION = 0.02
const REMEMBERED_OFFENDERS = 100

/** Keeps the gates in Postgres, where all replicas see them before each spend. */
export function createGateStore(db: Database): GateStore {
  return {
    read: (bank) => read(db, bank),
    countRotated: (bank, rotated) => countRotated(db, bank, rotated),
    countOutcomes: async (bank, outcomes) => void (await addOutcomes(bank, outcomes).execute(db)),
    outcomes: (bank) => readOutcomes(db, bank),
    countFault: (bank, fault) => countFault(db, bank, fault),
    takeCanary: (bank, terms) => takeCanary(db, bank, terms),
    hurryCanary: (bank) => hurryCanary(db, bank),
    endCanary: (bank, ending) => endCanary(db, bank, ending),
    events: (bank, limit) => listBankEvents(db, bank, limit),
  }
}

async function read(db: Database, bank: string): Promise<GateState> {
  await noteDatabase(db, bank)
  return toState((await readRow(db, bank)) ?? (await insertRow(db, bank)))
}

function readRow(db: Database, bank: string): Promise<GateRow | undefined> {
  return db.selectFrom('bank_gates').selectAll().where('bank', '=', bank).executeTakeFirst()
}

/** The first look at a bank: from here on another database is noticed. */
async function insertRow(db: Database, bank: string): Promise<GateRow> {
  const insert = db.insertInto('bank_gates').values({ bank })
  await insert.onConflict((conflict) => conflict.doNothing()).execute()
  await noteDatabase(db, bank)
  return db.selectFrom('bank_gates').selectAll().where('bank', '=', bank).executeTakeFirstOrThrow()
}

function toState(row: GateRow): GateState {
  const reason: GateReason | null = row.braked_at !== null ? 'refusal_brake' : row.close_reason
  return {
    reason,
    since: row.braked_at ?? row.closed_at,
    score: row.score,
    epoch: row.epoch,
    canaryFailures: row.canary_failures,
    nextCanaryAt: row.next_canary_at,
    healthyAt: row.healthy_at,
    heldUntil: row.hold_until,
  }
}

/**
 * What another timeline has forgotten, or a backup never knew, is spent at the bank all the same (DESIGN 4.5). A
 * canary of before says nothing of it.
 */
async function noteDatabase(db: Database, bank: string): Promise<void> {
  const identity = await readIdentity(db)
  if (identity === null) return
  const { systemIdentifier, timeline } = identity
  await sql`
    with was as (
      select * from bank_gates where bank = ${bank}
        and (timeline, system_identifier) is distinct from (${timeline}::text, coalesce(${systemIdentifier}::text, system_identifier)) for update
    ), noted as (
      update bank_gates g
      set timeline = ${timeline}, system_identifier = coalesce(${systemIdentifier}, g.system_identifier),
        timeline_changed_at = case when was.timeline is null then null else now() end,
        closed_at = case when was.timeline is null then g.closed_at else now() end,
        close_reason = case when was.timeline is null then g.close_reason else 'database_changed' end,
        canary_failures = 0, next_canary_at = null, canary_id = null, canary_until = null
      from was where g.bank = was.bank
      returning g.bank, was.timeline as was
    )
    insert into bank_events (bank, type, actor, detail, occurred_at)
    select bank, 'gate.closed', 'broker', jsonb_build_object('reason', 'database_changed', 'timeline', ${timeline}::text,
      'former_timeline', was), now() from noted where was is not null`.execute(db)
}

async function countRotated(
  db: Database,
  bank: string,
  { count, ageMs, outcomes = null }: RotatedCount,
): Promise<void> {
  const forgiven = count * FORGIVEN_PER_ROTATION
  await sql`
    with counted as (
      insert into bank_answers (bank, minute, rotated) values (${bank}, date_trunc('minute', now()), ${count})
      on conflict (bank, minute) do update set rotated = bank_answers.rotated + excluded.rotated
    )${outcomes === null ? sql`` : sql`, kept as (${addOutcomes(bank, outcomes)})`}
    update bank_gates
    set score = greatest(0, score - ${forgiven}), healthy_at = greatest(healthy_at, now() - ${intervalMs(ageMs)}),
      offenders = case when score <= ${forgiven} then '{}' else offenders end
    where bank = ${bank}`.execute(db)
}

/** One statement under the row's lock: of faults that come at once, one closes the gate. */
async function countFault(
  db: Database,
  bank: string,
  { consentId, kind, canaryAfterMs }: Fault,
): Promise<boolean> {
  const reason = kind === 'uncertain' ? 'bank_failing' : 'bank_refuses_us'
  const { rows } = await sql<{ closed: boolean }>`
    with was as (
      select bank, closed_at, score, not ${consentId}::uuid = any(offenders) as counts
      from bank_gates where bank = ${bank} for update
    ), counted as (
      update bank_gates g
      set score = was.score + was.counts::int,
        offenders = case when was.counts
          then array_append(offenders[greatest(1, cardinality(offenders) - ${REMEMBERED_OFFENDERS - 2}):], ${consentId}::uuid)
          else offenders end,
        closed_at = case when was.score + was.counts::int >= ${CLOSES_AT} then coalesce(was.closed_at, now()) else was.closed_at end,
        close_reason = case when was.closed_at is null and was.score + was.counts::int >= ${CLOSES_AT}
          then ${reason} else close_reason end,
        next_canary_at = case when was.closed_at is null and was.score + was.counts::int >= ${CLOSES_AT}
          then now() + ${intervalMs(canaryAfterMs)} else next_canary_at end
      from was where g.bank = was.bank
      returning g.bank, g.closed_at is not null as closed, was.closed_at is null and g.closed_at is not null as closes, g.score
    ), told as (
      insert into bank_events (bank, type, actor, detail, occurred_at)
      select bank, 'gate.closed', 'broker', jsonb_build_object('reason', ${reason}::text, 'score', score), now()
      from counted where closes
    )
    select closed from counted`.execute(db)
  return rows[0]?.closed ?? false
}
