import type { Caller } from './caller.ts'
import { DeliveryRefusedError, NoDeliveryError } from './errors.ts'
import { assertAllowed } from './permissions.ts'
import type { Ports } from './ports.ts'
import { createSparing } from './sparing.ts'
import { FEW } from './summary.ts'
import type { Delivery, DeliveryFilter } from './webhook.ts'

/** What operations ask about messages to subscribers, and do with them. */
export function createManageWebhooks({ webhooks, clock, log }: Pick<Ports, 'webhooks' | 'clock' | 'log'>) {
  const summary = createSparing(webhooks.summary, {
    clock,
    isCostly: ({ pending, dead }) => pending + dead > FEW,
  })

  async function list(
    caller: Caller,
    filter: DeliveryFilter,
    page: { limit: number; before: string | null },
  ): Promise<Delivery[]> {
    assertAllowed(caller, 'listDeliveries')
    return webhooks.list(filter, page)
  }

  /** Has a message sent once more, in whatever state it is. */
  async function resend(caller: Caller, deliveryId: string): Promise<Delivery> {
    assertAllowed(caller, 'resendDelivery')
    const delivery = await webhooks.resend(deliveryId)
    if (delivery === 'unknown') throw new NoDeliveryError()
    if (delivery === 'subscriber_removed') throw new DeliveryRefusedError()
    log.info({ callerId: caller.id, deliveryId, subscriber: delivery.subscriber }, 'a webhook is sent again')
    return delivery
  }

  return { list, resend, summary }
}

export type ManageWebhooks = ReturnType<typeof createManageWebhooks>
