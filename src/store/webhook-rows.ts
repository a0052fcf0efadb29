import type { Delivery, WebhookMessage } from '../core/webhook.ts'
import type { DeliveryRow } from './schema.ts'

export function toMessage(row: DeliveryRow): WebhookMessage {
  return {
    messageId: row.message_id,
    eventId: row.event_id,
    type: row.type,
    occurredAt: row.occurred_at,
    consentId: row.consent_id,
    bank: row.bank,
    owner: row.owner,
    status: row.status,
    statusReason: row.status_reason,
    expiresAt: row.expires_at,
    daysLeft: row.days_left,
  }
}

export function toDelivery(row: DeliveryRow): Delivery {
  return {
    ...toMessage(row),
    id: row.id,
    subscriber: row.subscriber,
    state: row.state,
    attempts: row.attempts,
    createdAt: row.created_at,
    nextAttemptAt: row.next_attempt_at,
    lastAttemptAt: row.last_attempt_at,
    lastError: row.last_error,
  }
}
