import { type RawBuilder, sql } from 'kysely'
import {
  DELIVERY_STATES,
  type Delivery,
  type DeliveryFilter,
  type DeliveryState,
  type WebhookStore,
} from '../core/webhook.ts'
import { createBatcher } from './batcher.ts'
import type { Database } from './database.ts'
import type { DeliveryRow } from './schema.ts'
import { isStorageTrouble } from './storage-error.ts'
import { claimDeliveries, type Settled, settleDeliveries } from './webhook-claims.ts'
import { toDelivery } from './webhook-rows.ts'
import {
  registerSubscribers,
  summarizeWebhooks,
  tidyWebhooks,
  waitingSubscribers,
} from './webhook-subscribers.ts'

/** Keeps in Postgres what is to be told. */
export function createWebhookStore(db: Database): WebhookStore {
  const settle = createBatcher<Settled, undefined>(
    async (settled) => {
      await settleDeliveries(db, settled)
      return settled.map(() => undefined)
    },
    { failsAlone: (error) => !isStorageTrouble(error) },
  )
  return {
    register: (subscribers, options) => registerSubscribers(db, subscribers, options),
    waiting: (subscribers) => waitingSubscribers(db, subscribers),
    claim: (input) => claimDeliveries(db, input),
    settle: (claim, settlement) => settle({ claim, settlement }),
    list: (filter, page) => listDeliveries(db, filter, page),
    resend: (id) => resend(db, id),
    tidy: () => tidyWebhooks(db),
    summary: () => summarizeWebhooks(db),
  }
}

interface Page {
  readonly limit: number
  readonly before: string | null
}

/** A look into an index for each state, so that a page costs the same whatever there is beside it. */
async function listDeliveries(db: Database, filter: DeliveryFilter, page: Page): Promise<Delivery[]> {
  const looks = statesOf(filter).map((state) => sql`(${look(filter, state, page)})`)
  const { rows } = await sql<DeliveryRow>`
    select * from (${sql.join(looks, sql` union all `)}) found order by id desc limit ${page.limit}`.execute(
    db,
  )
  return rows.map(toDelivery)
}

/** One look does where no index is led by the state. */
function statesOf({ state, subscriber, consentId }: DeliveryFilter): readonly (DeliveryState | null)[] {
  if (state !== undefined && consentId === undefined) return [state]
  return subscriber === undefined || consentId !== undefined ? [null] : DELIVERY_STATES
}

function look(
  filter: DeliveryFilter,
  led: DeliveryState | null,
  { limit, before }: Page,
): RawBuilder<unknown> {
  const { subscriber, consentId, state = led } = filter
  const conditions = [
    sql`true`,
    ...(state === null ? [] : [sql`state = ${state}`]),
    ...(subscriber === undefined ? [] : [sql`subscriber = ${subscriber}`]),
    ...(consentId === undefined ? [] : [sql`consent_id = ${consentId}`]),
    ...(before === null ? [] : [sql`id < ${before}`]),
  ]
  return sql`select * from webhook_deliveries where ${sql.join(conditions, sql` and `)} order by id desc limit ${limit}`
}

/** Makes it due at once, with all its attempts before it. */
async function resend(db: Database, id: string): ReturnType<WebhookStore['resend']> {
  const { rows } = await sql<DeliveryRow & { removed: boolean }>`
    with known as (
      select d.id, d.sending, not exists (select from webhook_subscribers s where s.id = d.subscriber) as removed
      from webhook_deliveries d where d.id = ${id}
    ), sent as (
      update webhook_deliveries d set state = 'pending', attempts = 0, next_attempt_at = now(), finished_at = null
      from known k where d.id = k.id and not k.removed and not d.sending
      returning d.*
    )
    select s.*, false as removed from sent s
    union all
    select d.*, k.removed from known k join webhook_deliveries d on d.id = k.id
    where not exists (select from sent)`.execute(db)
  const [row] = rows
  if (row === undefined) return 'unknown'
  return row.removed ? 'subscriber_removed' : toDelivery(row)
}
