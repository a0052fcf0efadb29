import { type RawBuilder, sql } from 'kysely'
import type { Database, Tx } from './database.ts'
import { CHANGE_CHANNEL } from './events.ts'

interface Input {
  readonly now: Date
  readonly limit: number
}

/** Ends what the customer never came back from; a renewal's consent is left as it is. */
export async function abandonOpen(db: Database, { now, limit }: Input): Promise<number> {
  const due = sql`a.status = 'open' and a.abandon_at <= ${now} order by a.abandon_at limit ${limit}`
  return end(db, due, { status: 'abandoned', reason: null, actor: 'customer', now })
}

/** Ends exchanges older than their code: the process died with the answer, and a code is never sent twice. */
export async function loseExchanges(db: Database, input: Input & { codeTtlMs: number }): Promise<number> {
  const { now, limit } = input
  const startedBefore = new Date(now.getTime() - input.codeTtlMs)
  const due = sql`a.status = 'exchanging' and a.exchange_started_at <= ${startedBefore}
    and not exists (select from staged_tokens s where s.authorization_id = a.id)
    order by a.exchange_started_at limit ${limit}`
  return end(db, due, { status: 'failed', reason: 'exchange_lost', actor: 'broker', now })
}

/** Ends whatever customers are at, because the consent has moved on without them. */
export async function abandonAuthorizations(tx: Tx, consentId: string, outcome: string): Promise<void> {
  await tx
    .updateTable('authorizations')
    .set({ status: 'abandoned', outcome })
    .where('consent_id', '=', consentId)
    .where('status', 'in', ['open', 'exchanging'])
    .execute()
}

interface Ending {
  readonly status: 'abandoned' | 'failed'
  readonly reason: string | null
  readonly actor: string
  readonly now: Date
}

/** Ends authorizations, and the pending consents whose first they are; both rows are locked, or passed over. */
async function end(db: Database, due: RawBuilder<unknown>, ending: Ending): Promise<number> {
  const { status, reason, actor, now } = ending
  const detail = JSON.stringify(reason === null ? {} : { reason })
  const { rows } = await sql`
    with due as (
      select a.id, a.consent_id, a.kind, c.status as consent_status
      from authorizations a join consents c on c.id = a.consent_id
      where ${due} for no key update of a, c skip locked
    ), ended as (
      update authorizations a set status = ${status}, outcome = ${reason} from due d where a.id = d.id
    ), changed as (
      update consents c set status = ${status}, status_reason = ${reason}, ended_at = ${now}
      from due d where c.id = d.consent_id and d.kind = 'first' and d.consent_status = 'pending'
      returning c.id
    ), told as (
      insert into consent_events (consent_id, type, actor, detail, occurred_at)
      select id, 'consent.' || ${status}::text, ${actor}, ${detail}::jsonb, ${now}::timestamptz from changed
      union all
      select consent_id, 'renewal.' || ${status}::text, ${actor}, ${detail}::jsonb, ${now}::timestamptz from due
      where kind = 'renewal'
      order by 1
    ), notified as (
      select pg_notify(${CHANGE_CHANNEL}, id::text) from changed
    )
    select id, (select count(*) from notified) as notified from due`.execute(db)
  return rows.length
}
