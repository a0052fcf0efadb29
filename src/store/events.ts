import { sql } from 'kysely'
import type { Database, Tx } from './database.ts'

export interface EventInput {
  readonly consentId: string
  readonly type: string
  readonly actor: string
  readonly detail?: Readonly<Record<string, unknown>>
  /** Whose consent it is: can be erased later, where `detail` never can. */
  readonly personal?: Readonly<Record<string, string>> | null
  readonly now: Date
}

/** The customer a consent is of, where its caller named one. */
export function personalOf({ customerReference }: { readonly customerReference: string | null }) {
  return customerReference === null ? null : { customer_reference: customerReference }
}

/** The channel on which replicas hear that a consent's status, chain or confirmation changed; never of rotations. */
export const CHANGE_CHANNEL = 'consent_changed'

/** Writes one event of a consent's history, in the transaction of the change it tells of. */
export async function writeEvent(tx: Tx | Database, event: EventInput): Promise<void> {
  const { consentId, type, actor, detail = {}, personal = null, now } = event
  await tx
    .insertInto('consent_events')
    .values({
      consent_id: consentId,
      type,
      actor,
      detail: { ...detail },
      occurred_at: now,
      ...(personal === null ? {} : { personal: { ...personal } }),
    })
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

/**
 * Locks the heads of histories in the order in which everybody locks them; the last of a transaction, which is
 * spared waiting in a circle with who writes to the same ones. A statement that writes to many orders its rows.
 */
export async function lockChains(tx: Tx, consentIds: readonly string[]): Promise<void> {
  await sql`
    select from event_chains where chain = any(${[...consentIds]}::text[]) order by chain for no key update`.execute(
    tx,
  )
}
