import { type RawBuilder, sql } from 'kysely'
import type { ConsentEvent, ConsentFilter, ConsentRecord, PagePosition } from '../core/consent-store.ts'
import type { Database } from './database.ts'
import { type RecordRow, SELECT_RECORD, toRecord } from './records.ts'
import { toEvent } from './rows.ts'

/** Lists consents, newest first; the position of the last one is the next page's start. */
export async function listConsents(
  db: Database,
  filter: ConsentFilter,
  page: { limit: number; after: PagePosition | null },
): Promise<ConsentRecord[]> {
  const conditions = [...filterConditions(filter), ...positionCondition(page.after)]
  const where = conditions.length === 0 ? sql`` : sql`where ${sql.join(conditions, sql` and `)}`
  const { rows } = await sql<RecordRow>`
    ${SELECT_RECORD} ${where} order by c.created_at desc, c.id desc limit ${page.limit}`.execute(db)
  return rows.map(toRecord)
}

function filterConditions(filter: ConsentFilter): RawBuilder<unknown>[] {
  const { status, customerReference, iban, expiresBefore, owner } = filter
  return [
    ...(status === undefined ? [] : [statusCondition(status)]),
    ...(customerReference === undefined ? [] : [sql`c.customer_reference = ${customerReference}`]),
    ...(iban === undefined ? [] : [sql`c.iban_hash = any(${iban.map(({ hash }) => hash)})`]),
    ...(expiresBefore === undefined ? [] : [sql`c.expires_at < ${expiresBefore}`]),
    ...(owner === undefined ? [] : [sql`c.owner = ${owner}`]),
  ]
}

/** The same rule as `effectiveStatus` in the core. */
function statusCondition({ is, at }: NonNullable<ConsentFilter['status']>): RawBuilder<unknown> {
  const ended = sql`c.status in ('pending', 'active', 'reauthorization_required') and c.expires_at <= ${at}`
  if (is === 'expired') return sql`(c.status = 'expired' or (${ended}))`
  return sql`(c.status = ${is} and (${ended}) is not true)`
}

function positionCondition(after: PagePosition | null): RawBuilder<unknown>[] {
  // `created_at` is always written from JavaScript: it has no more than the milliseconds a cursor can hold.
  return after === null ? [] : [sql`(c.created_at, c.id) < (${after.at}, ${after.id}::uuid)`]
}

/** Lists a consent's history, newest first. */
export async function listEvents(
  db: Database,
  consentId: string,
  page: { limit: number; before: string | null },
): Promise<ConsentEvent[]> {
  const events = await db
    .selectFrom('consent_events')
    .selectAll()
    .where('consent_id', '=', consentId)
    .$if(page.before !== null, (query) => query.where('id', '<', page.before))
    .orderBy('id', 'desc')
    .limit(page.limit)
    .execute()
  return events.map(toEvent)
}
