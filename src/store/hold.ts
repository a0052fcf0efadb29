import { sql } from 'kysely'
import type { HoldInput } from '../core/consent-store.ts'
import { writeBankEvent } from './bank-events.ts'
import type { Database } from './database.ts'

/** Holds refreshing at a bank for all replicas. */
export async function hold(db: Database, bank: string, { by, reason, until }: HoldInput): Promise<void> {
  const columns = { held_by: by, hold_reason: reason, hold_until: until }
  await db.transaction().execute(async (tx) => {
    await tx
      .insertInto('bank_gates')
      .values({ bank, ...columns })
      .onConflict((conflict) => conflict.column('bank').doUpdateSet(columns))
      .execute()
    await writeBankEvent(tx, {
      bank,
      type: 'gate.held',
      actor: by,
      detail: { reason, until: until.toISOString() },
    })
  })
}

/** Ends a hold, and a brake with it: the refusals that led to it count no more. */
export async function resume(db: Database, bank: string, actor: string): Promise<void> {
  await db.transaction().execute(async (tx) => {
    const { rows } = await sql`
      update bank_gates set held_by = null, hold_reason = null, hold_until = null, braked_at = null,
        epoch = epoch + (braked_at is not null)::int
      where bank = ${bank} and (hold_until is not null or braked_at is not null) returning bank`.execute(tx)
    if (rows.length === 0) return
    await sql`delete from bank_answers where bank = ${bank}`.execute(tx)
    await writeBankEvent(tx, { bank, type: 'gate.resumed', actor })
  })
}
