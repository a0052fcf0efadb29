import type { Broker } from '../core/broker.ts'
import type { Clock } from '../core/clock.ts'
import type { Liveness } from '../core/liveness.ts'
import type { Log } from '../core/ports.ts'
import { backoffMs } from '../core/tokens.ts'

export interface RefresherOptions {
  readonly broker: Pick<Broker, 'startDue' | 'slotFreed' | 'tendGate' | 'keepHouse' | 'deliverWebhooks'>
  readonly clock: Clock
  readonly log: Log
  readonly liveness: Pick<Liveness, 'watch'>
  /** REFRESHER=off keeps house and looks after the gate, whose canary may present a token. */
  readonly rotates: boolean
  /** How long to wait when nothing is due. */
  readonly pollMs: number
  /** The longest between two rounds of keeping house. */
  readonly housekeepingMs: number
}

export interface Refresher {
  /** Takes nothing new from here on; what was started goes on and is waited for elsewhere. */
  stop(): Promise<void>
}

const BATCH = 100

/** Runs the background: starts what is due, soonest first, looks after the gate, keeps house, and tells subscribers. Holds no OAuth of its own. */
export function startRefresher(options: RefresherOptions): Refresher {
  const { broker, clock, log, liveness, rotates, pollMs, housekeepingMs } = options
  const stopping = new AbortController()

  async function loop(name: string, step: (turned: () => void) => Promise<number>): Promise<void> {
    const { turned, ended } = liveness.watch(name)
    let failures = 0
    while (!stopping.signal.aborted) {
      turned()
      try {
        const waitMs = await step(turned)
        failures = 0
        if (waitMs > 0) await clock.sleep(waitMs, stopping.signal)
      } catch (err) {
        failures += 1
        log.warn({ loop: name, err, failures }, 'background work failed; it goes on')
        await clock.sleep(backoffMs(Math.min(failures, 5), clock.chance()), stopping.signal)
      }
    }
    ended()
  }

  async function rotateDue(): Promise<number> {
    await Promise.race([broker.slotFreed(), clock.sleep(pollMs, stopping.signal)])
    if (stopping.signal.aborted) return 0
    const started = await broker.startDue(BATCH)
    return started > 0 ? 0 : pollMs * (0.5 + clock.chance())
  }

  async function keepHouse(): Promise<number> {
    await broker.keepHouse()
    return (housekeepingMs * (1 + clock.chance())) / 2
  }

  const loops = [
    loop('housekeeping', keepHouse),
    loop('gate', broker.tendGate),
    loop('webhooks', () => broker.deliverWebhooks(stopping.signal)),
    ...(rotates ? [loop('rotation', rotateDue)] : []),
  ]
  return {
    stop: async () => {
      stopping.abort()
      await Promise.all(loops)
    },
  }
}
