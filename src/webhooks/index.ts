import type { Receivers, Subscriber } from '../core/webhook.ts'
import { type KnownSubscriber, parseSubscribers, type UrlProblem } from './parse-subscribers.ts'
import { createSender } from './send.ts'

export { parseSubscribers } from './parse-subscribers.ts'

export interface OpenedReceivers extends Receivers {
  /** Takes a changed file; raises `settings_invalid`, and stays as it was, where it can't be used. */
  use(json: string): void
  /** Ends all connections. */
  close(): Promise<void>
}

export interface ReceiverOptions {
  /** What WEBHOOKS_FILE holds. */
  readonly json: string
  readonly timeoutMs: number
  readonly urlProblem: UrlProblem
}

/** Opens the way to the subscribers of WEBHOOKS_FILE; raises `settings_invalid`. */
export function openReceivers({ json, timeoutMs, urlProblem }: ReceiverOptions): OpenedReceivers {
  let known = parseSubscribers(json, urlProblem)
  let shown = known.map(withoutSecrets)
  const sender = createSender({ timeoutMs })
  return {
    current: () => shown,
    use: (changed) => {
      known = parseSubscribers(changed, urlProblem)
      shown = known.map(withoutSecrets)
    },
    send: async (to, message, signal) => {
      const target = known.find(({ id }) => id === to)
      return target === undefined ? { kind: 'given_up' } : sender.send(target, message, signal)
    },
    close: sender.close,
  }
}

/** All that the rest of the service, and the database, need to know. */
function withoutSecrets({ id, events, owners }: KnownSubscriber): Subscriber {
  return { id, events, owners }
}
