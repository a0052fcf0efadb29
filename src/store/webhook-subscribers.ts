import { sql } from 'kysely'
import type { Subscriber, WebhookSummary } from '../core/webhook.ts'
import type { Database } from './database.ts'

/** A subscriber taken out of the file by mistake, or whose replicas are all down, loses nothing in that time. */
const REMOVED_AFTER = sql`interval '24 hours'`
/** Replicas tell more often than this which subscribers they have. */
const IN_USE = sql`interval '5 minutes'`
const KEPT = sql`interval '30 days'`
const MOST_AT_ONCE = 5_000
const MOST_COUNTED = 100_000

/** Notes subscribers, in one order for all replicas; that they are still there alone, unless they have `changed`. */
export async function registerSubscribers(
  db: Database,
  subscribers: readonly Subscriber[],
  { changed }: { readonly changed: boolean },
): Promise<void> {
  if (subscribers.length === 0) return
  const anew = changed ? sql`, events = excluded.events, owners = excluded.owners` : sql``
  await sql`
    insert into webhook_subscribers as s (id, events, owners, seen_at)
    select id, events, owners, now()
    from jsonb_to_recordset(${JSON.stringify(subscribers)}::jsonb) as given(id text, events text[], owners text[])
    order by id collate "C"
    on conflict (id) do update set seen_at = excluded.seen_at ${anew}`.execute(db)
}

/** Those with something due; each is one look into an index. */
export async function waitingSubscribers(db: Database, subscribers: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select s.id from unnest(${[...subscribers]}::text[]) as s(id) where exists (
      select from webhook_deliveries where subscriber = s.id and state = 'pending' and next_attempt_at <= now())`.execute(
    db,
  )
  return rows.map(({ id }) => id)
}

/** Forgets, in bounded steps, what is of no use any more. */
export async function tidyWebhooks(db: Database): Promise<void> {
  await sql`delete from webhook_subscribers where seen_at < now() - ${REMOVED_AFTER}`.execute(db)
  await giveUpOfRemoved(db)
  await sql`
    delete from webhook_deliveries where id in (
      select id from webhook_deliveries where finished_at < now() - ${KEPT}
      order by finished_at limit ${MOST_AT_ONCE} for update skip locked)`.execute(db)
}

/** Finds the subscribers of what is pending from one to the next, not from row to row. */
async function giveUpOfRemoved(db: Database): Promise<void> {
  await sql`
    with recursive present as (
      (select subscriber from webhook_deliveries where state = 'pending' order by subscriber limit 1)
      union all
      select (select d.subscriber from webhook_deliveries d
        where d.state = 'pending' and d.subscriber > present.subscriber order by d.subscriber limit 1)
      from present where present.subscriber is not null
    ), removed as (
      select subscriber from present
      where subscriber is not null and not exists (select from webhook_subscribers s where s.id = present.subscriber)
    )
    update webhook_deliveries
    set state = 'dead', last_error = 'subscriber_removed', sending = false, next_attempt_at = null, finished_at = now()
    where id in (
      select d.id from removed r join webhook_deliveries d on d.subscriber = r.subscriber and d.state = 'pending'
      limit ${MOST_AT_ONCE} for update of d skip locked)`.execute(db)
}

interface SummaryRow {
  subscribers: number
  pending: number
  dead: number
  oldestPendingAt: Date | null
}

/** Bounded whatever there is: more than a hundred thousand are not counted. */
export async function summarizeWebhooks(db: Database): Promise<WebhookSummary> {
  const counted = (state: string) =>
    sql`(select count(*)::int from (select from webhook_deliveries where state = ${state} limit ${MOST_COUNTED}) counted)`
  const { rows } = await sql<SummaryRow>`
    select (select count(*)::int from webhook_subscribers where seen_at > now() - ${IN_USE}) as subscribers,
      ${counted('pending')} as pending, ${counted('dead')} as dead,
      (select created_at from webhook_deliveries where state = 'pending' order by id limit 1) as "oldestPendingAt"`.execute(
    db,
  )
  return rows[0] ?? { subscribers: 0, pending: 0, dead: 0, oldestPendingAt: null }
}
