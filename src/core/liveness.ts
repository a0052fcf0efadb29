import type { Clock } from './clock.ts'
import type { Log } from './ports.ts'

/** A loop that has not turned for longer than any wait of its own explains. */
export interface StalledLoop {
  readonly name: string
  readonly since: Date
}

/** The sign of life of one background loop. */
export interface Pulse {
  /** It turns: it has begun, ended or failed at something. */
  turned(): void
  /** It ends because it was told to. */
  ended(): void
}

/**
 * Which of the background loops stand still. It is for an orchestrator, which ends a process that does not live: one
 * whose bank or database hangs goes on, for it may hold answers that are nowhere else.
 */
export interface Liveness {
  watch(name: string): Pulse
  stalled(): readonly StalledLoop[]
  stop(): Promise<void>
}

export interface LivenessOptions {
  readonly clock: Pick<Clock, 'now' | 'monotonicMs' | 'sleep'>
  readonly log: Log
  /** Longer than any turn may take, whatever it waits for. */
  readonly longestTurnMs: number
}

interface Turn {
  readonly at: Date
  readonly awakeMs: number
  told: boolean
}

const TICK_MS = 1_000
const STATEMENTS_MS = 300_000

/** An exchange and its lease, and twenty statements that end by their deadline and begin again. */
export function longestTurnMs(bank: {
  readonly abandonAfterMs: number
  readonly leaseMarginMs: number
}): number {
  return bank.abandonAfterMs + bank.leaseMarginMs + STATEMENTS_MS
}

export function startLiveness({ clock, log, longestTurnMs }: LivenessOptions): Liveness {
  const stopping = new AbortController()
  const turns = new Map<string, Turn>()
  const tickMs = Math.min(TICK_MS, longestTurnMs / 2)
  let awakeMs = 0

  /** Time in which the process ran: one that was frozen, or whose event loop was stuck, is given time to turn. */
  async function stayAwake(): Promise<void> {
    while (!stopping.signal.aborted) {
      const beganMs = clock.monotonicMs()
      await clock.sleep(tickMs, stopping.signal)
      awakeMs += Math.min(clock.monotonicMs() - beganMs, 2 * tickMs)
      tell()
    }
  }

  function tell(): void {
    for (const { name, since } of stalled()) {
      const turn = turns.get(name)
      if (turn === undefined || turn.told) continue
      turn.told = true
      log.error({ loop: name, since }, 'a background loop stands still; /livez fails until it turns')
    }
  }

  function stalled(): StalledLoop[] {
    const late = [...turns].filter(([, turn]) => awakeMs - turn.awakeMs > longestTurnMs)
    return late.map(([name, { at }]) => ({ name, since: at }))
  }

  function watch(name: string): Pulse {
    const turned = () => void turns.set(name, { at: clock.now(), awakeMs, told: false })
    turned()
    return { turned, ended: () => void turns.delete(name) }
  }

  const awake = stayAwake()
  return {
    watch,
    stalled,
    stop: async () => {
      stopping.abort()
      await awake
    },
  }
}
