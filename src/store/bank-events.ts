import { sql } from 'kysely'
import type { GateEvent } from '../core/gate-store.ts'
import type { Database, Tx } from './database.ts'

export interface BankEventInput {
  readonly bank: string
  readonly type: string
  readonly actor: string
  readonly detail?: Readonly<Record<string, unknown>>
}

/** Writes what happened to a gate, in the transaction of the change it tells of. */
export async function writeBankEvent(tx: Tx | Database, event: BankEventInput): Promise<void> {
  const { bank, type, actor, detail = {} } = event
  await sql`
    insert into bank_events (bank, type, actor, detail, occurred_at)
    values (${bank}, ${type}, ${actor}, ${JSON.stringify(detail)}::jsonb, now())`.execute(tx)
}

/** Lists what happened to a gate, newest first. */
export async function listBankEvents(db: Database, bank: string, limit: number): Promise<GateEvent[]> {
  const rows = await db
    .selectFrom('bank_events')
    .selectAll()
    .where('bank', '=', bank)
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
  return rows.map(({ type, actor, detail, occurred_at }) => ({
    type,
    actor,
    detail,
    occurredAt: occurred_at,
  }))
}
