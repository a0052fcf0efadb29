import { createLane, type Lane } from './courier-lane.ts'
import type { ManageWebhooks } from './manage-webhooks.ts'
import type { CoreSettings, Ports } from './ports.ts'
import type { Subscriber } from './webhook.ts'

const POLL_MS = 1_000
/** Word of changes comes in bursts. */
const PAUSE_MS = 20
const TEND_EVERY_MS = 30_000
/** How long the end of the process waits for receivers. */
const GRACE_MS = 3_000

type CourierPorts = Pick<Ports, 'webhooks' | 'receivers' | 'changes' | 'clock' | 'log' | 'meter'>

/** Brings messages to subscribers: looks every second, and at once when a consent has changed or a message arrived. */
export function createCourier(
  ports: CourierPorts,
  { webhookTimeoutMs }: Pick<CoreSettings, 'webhookTimeoutMs'>,
  { summary }: Pick<ManageWebhooks, 'summary'>,
) {
  const { webhooks, receivers, changes, clock, meter } = ports
  const stopping = new AbortController()
  const ending = new AbortController()
  const lanes = new Map<string, Lane>()
  let alarm = new AbortController()
  let known: readonly Subscriber[] = []
  let tendedAtMs = Number.NEGATIVE_INFINITY

  const wake = () => alarm.abort()
  changes.onChange(wake)

  /** Takes one turn, then waits for a reason for the next. Ends early when the signal is aborted. */
  async function deliver(signal: AbortSignal): Promise<number> {
    const turn = new AbortController()
    alarm = turn
    const isTurn = await register()
    await runLanes()
    if (isTurn) await tend()
    signal.addEventListener('abort', wake, { once: true })
    if (!signal.aborted) await clock.sleep(POLL_MS, turn.signal)
    signal.removeEventListener('abort', wake)
    return PAUSE_MS
  }

  /** Tells the database who is told, now and then and as they change; resolves whether it did. */
  async function register(): Promise<boolean> {
    const current = receivers.current()
    const changed = current !== known
    const nowMs = clock.monotonicMs()
    if (!changed && nowMs - tendedAtMs < TEND_EVERY_MS) return false
    await webhooks.register(current, { changed })
    known = current
    tendedAtMs = nowMs
    return true
  }

  /** After those who are still wanted have been noted. */
  async function tend(): Promise<void> {
    await webhooks.tidy()
    meter.webhooks(await summary(), clock.now())
  }

  async function runLanes(): Promise<void> {
    const free = known.map(({ id }) => id).filter((id) => laneTo(id).isFree())
    if (free.length === 0 || stopping.signal.aborted) return
    for (const id of await webhooks.waiting(free)) laneTo(id).run()
  }

  function laneTo(subscriber: string): Lane {
    const lane =
      lanes.get(subscriber) ??
      createLane(ports, {
        subscriber,
        timeoutMs: webhookTimeoutMs,
        isKnown: () => receivers.current().some(({ id }) => id === subscriber),
        stopping: stopping.signal,
        ending: ending.signal,
        onEnd: wake,
      })
    lanes.set(subscriber, lane)
    return lane
  }

  /** Takes nothing new; resolves when nothing is under way: what no receiver answered in time is given back. */
  async function idle(): Promise<void> {
    stopping.abort()
    wake()
    const done = Promise.all([...lanes.values()].map((lane) => lane.idle()))
    const waiting = new AbortController()
    await Promise.race([done, clock.sleep(GRACE_MS, waiting.signal)])
    waiting.abort()
    ending.abort()
    await done
  }

  return { deliver, idle }
}
