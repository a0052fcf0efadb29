import { randomUUID } from 'node:crypto'
import type { WebhookType } from '../../../src/core/webhook.ts'
import type { Sql } from '../../support/sql.ts'

/** A consent of a caller, as a row alone. */
export async function insertConsent(sql: Sql, owner = 'ledger'): Promise<string> {
  const id = randomUUID()
  await sql(
    `insert into consents (id, bank, status, requested_scopes, owner, created_at, authorized_at, expires_at)
     values ($1, 'abnamro', 'active', '{}', $2, now(), now(), now() + interval '90 days')`,
    [id, owner],
  )
  return id
}

/** What replicas of any version write as a consent changes. */
export async function writeEvents(
  sql: Sql,
  consentId: string,
  ...types: readonly WebhookType[]
): Promise<void> {
  for (const type of types) {
    await sql(
      `insert into consent_events (consent_id, type, actor, occurred_at) values ($1, $2, 'clock', now())`,
      [consentId, type],
    )
  }
}
