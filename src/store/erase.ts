import { sql } from 'kysely'
import type { Housekeeping } from '../core/token-store.ts'
import type { Database, Tx } from './database.ts'
import { CHANGE_CHANNEL } from './events.ts'

type Input = Parameters<Housekeeping['run']>[0]

/**
 * A customer may be on the way to renew it, or has been and the bank is asked whose account it is. With `offset 0`
 * these are looked up for each consent that is due: a join would read all authorizations for a few.
 */
const AT_REST = sql`
  not exists (select from authorizations a where a.consent_id = c.id and a.status in ('open', 'exchanging') offset 0)
  and not exists (select from staged_tokens s where s.consent_id = c.id offset 0)`

/**
 * Erases the personal data of consents that ended more than RETENTION ago; resolves how many. Their rows are locked
 * by one statement and looked at again by the next: a renewal begun in between is seen, and one that begins now waits
 * for the lock and finds the consent erased.
 */
export async function eraseEnded(db: Database, { now, limit, retentionMs }: Input): Promise<number> {
  if (retentionMs === null) return 0
  const before = new Date(now.getTime() - retentionMs)
  return db.transaction().execute(async (tx) => {
    const { rows } = await sql<{ id: string }>`
      select c.id from consents c
      where c.erased_at is null and c.ended_at <= ${before}
        and c.status in ('rejected', 'failed', 'abandoned', 'expired', 'revoked') and ${AT_REST}
      order by c.ended_at limit ${limit} for no key update of c skip locked`.execute(tx)
    return rows.length === 0 ? 0 : erase(tx, { ids: rows.map(({ id }) => id), now })
  })
}

interface Locked {
  readonly ids: readonly string[]
  readonly now: Date
}

/**
 * What stays: who owned what, when it began, why and when it ended, and its history, chained as it was. The digests
 * of imported tokens stay as well: they are of random values, and one that is sent again must not be presented again.
 */
async function erase(tx: Tx, { ids, now }: Locked): Promise<number> {
  const { rows } = await sql`
    with erased as (
      update consents c
      set erased_at = ${now}, customer_reference = null, transaction_id = null, metadata = '{}', iban_sealed = null,
        iban_masked = null, iban_hash = null, iban_hash_kid = null
      where c.id = any(${[...ids]}::uuid[]) and ${AT_REST}
      returning c.id
    ), walks as (
      update authorizations a
      set ticket_digest = 'erased ' || a.id, return_url = null, result_code = null, result_code_digest = null,
        concluded_by = null
      from erased e where a.consent_id = e.id
    ), attempts as (
      delete from authorization_attempts t using authorizations a, erased e
      where t.authorization_id = a.id and a.consent_id = e.id
    ), pairs as (
      delete from consent_tokens t using erased e where t.consent_id = e.id
    ), answers as (
      delete from idempotency_keys k using erased e where k.consent_id = e.id
    ), forgotten as (
      update consent_events h set personal = null, personal_salt = null
      from erased e where h.consent_id = e.id and h.personal is not null
    ), told as (
      insert into consent_events (consent_id, type, actor, occurred_at)
      select id, 'consent.erased', 'clock', ${now} from erased order by id
    )
    select id, pg_notify(${CHANGE_CHANNEL}, id::text) from erased`.execute(tx)
  return rows.length
}
