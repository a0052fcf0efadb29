import type { Meter } from '../../core/ports.ts'
import type { WebhookSummary } from '../../core/webhook.ts'
import { type Instruments, membersOf, NO_LABELS } from './instruments.ts'

export type WebhookMeter = Pick<Meter, 'webhook' | 'webhooks'>
type Result = Parameters<Meter['webhook']>[0]

const NONE: WebhookSummary = { subscribers: 0, pending: 0, dead: 0, oldestPendingAt: null }

/** What is told to subscribers; but for the counter, of all replicas together. */
export function webhookMetrics({ counter, gauge }: Instruments): WebhookMeter {
  const plain = (name: string, help: string) => gauge({ name, help, labels: NO_LABELS })
  const attempts = counter({
    name: 'token_broker_webhook_deliveries_total',
    help: 'Attempts to tell a subscriber of a change, by result; dead ones are given up.',
    labels: { result: membersOf<Result>({ delivered: true, failed: true, dead: true }) },
  })
  const subscribers = plain(
    'token_broker_webhook_subscribers',
    'Database: subscribers that are told of changes.',
  )
  const pending = plain(
    'token_broker_webhook_pending',
    'Database: messages that subscribers are still to be told.',
  )
  const dead = plain(
    'token_broker_webhook_dead',
    'Database: messages that were given up, to be sent again by hand.',
  )
  const oldest = plain(
    'token_broker_webhook_oldest_pending_seconds',
    'Database: the age of the oldest message that is still to be told; 0 where there is none.',
  )
  const show: WebhookMeter['webhooks'] = (counts, now) => {
    const { oldestPendingAt } = counts
    subscribers({}, counts.subscribers)
    pending({}, counts.pending)
    dead({}, counts.dead)
    oldest({}, oldestPendingAt === null ? 0 : Math.max(0, now.getTime() - oldestPendingAt.getTime()) / 1000)
  }
  show(NONE, new Date(0))
  return { webhook: (result) => attempts({ result }), webhooks: show }
}
