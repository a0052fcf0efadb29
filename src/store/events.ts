import { sql } from 'kysely'
import type { Database, Tx } from './database.ts'

export interface EventInput {
  readonly consentId: string
  readonly type: string
  readonly actor: string
  readonly detail?: Readonly<Record<string, unknown>>
  readonly now: Date
}

/** The channel on which replicas hear that a consent's status, chain or confirmation changed; never of rotations. */
export const CHANGE_CHANNEL = 'consent_changed'

/** Writes one event of a consent's history, in the transaction of the change it tells of. */
export async function writeEvent(tx: Tx | Database, event: EventInput): Promise<void> {
  const { consentId, type, actor, detail = {}, now } = event
  await tx
    .insertInto('consent_events')
    .values({ consent_id: consentId, type, actor, detail: { ...detail }, occurred_at: now })
    .execute()
}

/** Writes an event unless the newest of the consent's history is the same, and not an hour old. */
export async function writeEventOnce(tx: Tx | Database, event: EventInput): Promise<void> {
  const { consentId, type, actor, detail = {}, now } = event
  await sql`
    insert into consent_events (consent_id, type, actor, detail, occurred_at)
    select ${consentId}::uuid, ${type}::text, ${actor}::text, ${JSON.stringify(detail)}::jsonb, ${now}::timestamptz
    where not exists (
      select from (select type, occurred_at from consent_events where consent_id = ${consentId}
        order by id desc limit 1) newest
      where newest.type = ${type} and newest.occurred_at > ${now}::timestamptz - interval '1 hour')`.execute(
    tx,
  )
}

/** Tells every replica's cache, when the transaction commits. */
export async function notifyChange(tx: Tx | Database, consentId: string): Promise<void> {
  await sql`select pg_notify(${CHANGE_CHANNEL}, ${consentId})`.execute(tx)
}
