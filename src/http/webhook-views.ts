import type { Delivery, WebhookSummary } from '../core/webhook.ts'
import { messageName } from '../core/webhook-body.ts'

const text = (time: Date | null): string | null => time?.toISOString() ?? null

/** A message to a subscriber, as operations see it. */
export function deliveryView(delivery: Delivery) {
  return {
    id: delivery.id,
    message_id: messageName(delivery.messageId),
    subscriber: delivery.subscriber,
    type: delivery.type,
    consent_id: delivery.consentId,
    state: delivery.state,
    attempts: delivery.attempts,
    created_at: delivery.createdAt.toISOString(),
    next_attempt_at: text(delivery.nextAttemptAt),
    last_attempt_at: text(delivery.lastAttemptAt),
    last_error: delivery.lastError,
  }
}

export function summaryView({ subscribers, pending, dead, oldestPendingAt }: WebhookSummary) {
  return { subscribers, pending, dead, oldest_pending_at: text(oldestPendingAt) }
}
