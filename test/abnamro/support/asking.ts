import { setTimeout as delay } from 'node:timers/promises'
import type { Test } from 'tap'
import type { TestBroker } from '../../support/broker.ts'
import { getToken } from '../../support/consents.ts'

export interface Asking {
  /** Stops asking; resolves every answer's status, and the tokens in the order they were first handed out. */
  stop(): Promise<{ statuses: Set<number>; tokens: string[] }>
}

/** Asks brokers for a consent's token, again and again, as callers do all day. */
export function keepAsking(t: Pick<Test, 'teardown'>, brokers: readonly TestBroker[], id: string): Asking {
  const [statuses, tokens] = [new Set<number>(), new Set<string>()]
  let asking = true

  async function ask(broker: TestBroker): Promise<void> {
    while (asking) {
      const { status, body } = await getToken(broker, id)
      statuses.add(status)
      if (status === 200) tokens.add(body.access_token)
      await delay(5)
    }
  }

  const callers = brokers.map(ask)
  t.teardown(() => {
    asking = false
  })
  return {
    stop: async () => {
      asking = false
      await Promise.all(callers)
      return { statuses, tokens: [...tokens] }
    },
  }
}
