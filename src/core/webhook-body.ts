import type { WebhookMessage } from './webhook.ts'

/** How a message is called on the wire: receivers drop what they have had by it. */
export function messageName(messageId: string): string {
  return `msg_${messageId}`
}

/** Writes a message as it is sent (Standard Webhooks, "Payload structure"): the same bytes at every attempt. */
export function webhookBody(message: WebhookMessage): string {
  const { type, occurredAt, expiresAt, daysLeft } = message
  return JSON.stringify({
    type,
    timestamp: occurredAt.toISOString(),
    data: {
      consent_id: message.consentId,
      bank: message.bank,
      owner: message.owner,
      status: message.status,
      status_reason: message.statusReason,
      expires_at: expiresAt?.toISOString() ?? null,
      ...(daysLeft === null ? {} : { days_left: daysLeft }),
      event_id: message.eventId,
    },
  })
}
