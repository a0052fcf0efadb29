import type { Ports } from './ports.ts'
import type { ClaimedDelivery } from './webhook.ts'
import { messageName, webhookBody } from './webhook-body.ts'
import { settlementOf } from './webhook-schedule.ts'

/** Requests to one subscriber at once, for each replica. */
const AT_ONCE = 16
/** What ends shortly after one another is followed by one claim. */
const GATHER_MS = 10
/** For what stands between the end of an attempt and its record. */
const LEASE_MARGIN_MS = 15_000

export interface LaneOptions {
  readonly subscriber: string
  readonly timeoutMs: number
  /** False once it was taken out of the file. */
  readonly isKnown: () => boolean
  /** Aborted: nothing new is taken. */
  readonly stopping: AbortSignal
  /** Aborted: what is under way ends now. */
  readonly ending: AbortSignal
  /** Called after each attempt: the next message of its consent may be due. */
  readonly onEnd: () => void
}

/** The way to one subscriber: a few requests at once, whatever becomes of other subscribers. */
export type Lane = ReturnType<typeof createLane>

export function createLane(
  {
    webhooks,
    receivers,
    clock,
    log,
    meter,
  }: Pick<Ports, 'webhooks' | 'receivers' | 'clock' | 'log' | 'meter'>,
  { subscriber, timeoutMs, isKnown, stopping, ending, onEnd }: LaneOptions,
) {
  const leaseMs = timeoutMs + LEASE_MARGIN_MS
  const underWay = new Set<Promise<void>>()
  let running: Promise<void> | null = null
  let fails = false

  /** Takes what is due until there is no more. */
  async function drain(): Promise<void> {
    while (await mayTake()) {
      const claimedAtMs = clock.monotonicMs()
      const { claimed, looked } = await webhooks.claim({
        subscriber,
        limit: AT_ONCE - underWay.size,
        leaseMs,
      })
      for (const claim of claimed) follow(attempt(claim, claimedAtMs + leaseMs))
      if (looked === 0) return
    }
  }

  /** Once there is room; not for who was taken out, nor while the process ends. */
  async function mayTake(): Promise<boolean> {
    if (underWay.size >= AT_ONCE) {
      await Promise.race(underWay)
      await clock.sleep(GATHER_MS, stopping)
    }
    return !stopping.aborted && isKnown()
  }

  function follow(work: Promise<void>): void {
    const followed = work
      .catch((err: unknown) =>
        log.warn({ subscriber, err }, 'the end of a webhook is not noted; it is sent again'),
      )
      .finally(() => {
        underWay.delete(followed)
        onEnd()
      })
    underWay.add(followed)
  }

  async function attempt(claim: ClaimedDelivery, leaseEndsMs: number): Promise<void> {
    // A process that stood still in between leaves it to whoever takes it next.
    if (clock.monotonicMs() + timeoutMs >= leaseEndsMs) return
    const message = { id: messageName(claim.messageId), body: webhookBody(claim), at: clock.now() }
    const result = await receivers.send(subscriber, message, ending)
    const settlement = settlementOf(result, claim.attempt, clock.chance())
    await webhooks.settle(claim, settlement)
    if (settlement.outcome === 'released') return
    meter.webhook(settlement.outcome)
    tell(claim, settlement.outcome, 'error' in settlement ? settlement.error : null)
  }

  /** One that is down is told of once, not for each of its messages; what is given up, always. */
  function tell({ id, type, consentId }: ClaimedDelivery, outcome: string, reason: string | null): void {
    const isNews = fails !== (reason !== null)
    fails = reason !== null
    if (outcome === 'dead') {
      log.error({ subscriber, deliveryId: id, consentId, type, reason }, 'a webhook was given up')
    } else if (isNews) {
      log[fails ? 'warn' : 'info'](
        { subscriber, reason },
        fails ? 'webhooks are refused' : 'webhooks are taken again',
      )
    }
  }

  return {
    /** Begins to take what is due; nothing where that goes on already. */
    run(): void {
      running ??= drain()
        .catch((err: unknown) =>
          log.warn({ subscriber, err }, 'webhooks cannot be taken; they are looked for again'),
        )
        .finally(() => {
          running = null
        })
    },
    /** Whether a look for what is due may find room. */
    isFree: () => running === null && underWay.size < AT_ONCE,
    /** Resolves when nothing is under way. */
    async idle(): Promise<void> {
      await running
      await Promise.all(underWay)
    },
  }
}
