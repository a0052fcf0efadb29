import type { Fault, GateState } from './gate-store.ts'
import { createOutcomeTally, type RotationOutcome } from './outcomes.ts'
import type { CoreSettings, Ports } from './ports.ts'
import type { Slots } from './slots.ts'

/** What this replica knows of the gate that all share, and what it tells the others (DESIGN 4.4). */
export interface Gate {
  /** Whether it was closed when this replica last looked, or raised it itself. */
  closed(): boolean
  /** Counts what a presentation came to, for statistics. */
  outcome(outcome: RotationOutcome): void
  /** The bank gave a new pair. */
  rotated(): void
  /** The bank refused a token it had never seen, and is believed: it is well. */
  refused(): void
  /** The bank gave no answer, or refused us: may close the gate. What can't be told stops this replica until it can. */
  fault(consentId: string, kind: 'uncertain' | 'our_fault'): Promise<void>
  /** Tells the others of the good answers since the last time. */
  flush(): Promise<void>
  /** Tells and looks; resolves the gate as it stands. */
  tend(): Promise<GateState>
}

/** How the waits of the gate follow from BANK_TIMEOUT: 2 s to the first canary, 5 s of patience, 60 s at most. */
export function gateTimes({ bankTimeoutMs }: Pick<CoreSettings, 'bankTimeoutMs'>) {
  return {
    canaryAfterMs: bankTimeoutMs / 5,
    longestCanaryMs: bankTimeoutMs * 6,
    patienceMs: bankTimeoutMs / 2,
    lookEveryMs: Math.min(1_000, Math.max(50, bankTimeoutMs / 10)),
  }
}

export function createGate(
  ports: Pick<Ports, 'bank' | 'clock' | 'gates' | 'log' | 'meter'>,
  settings: Pick<CoreSettings, 'bankTimeoutMs'>,
  slots: Pick<Slots, 'grow' | 'shrink' | 'window'>,
): Gate {
  const { bank, clock, gates, log, meter } = ports
  const { canaryAfterMs } = gateTimes(settings)
  let seen: GateState | null = null
  let rotations = 0
  let faults: Fault[] = []
  let wellAtMs: number | null = null
  const tally = createOutcomeTally()

  function rotated(): void {
    rotations += 1
    wellAtMs = clock.monotonicMs()
    slots.grow()
  }

  async function fault(consentId: string, kind: 'uncertain' | 'our_fault'): Promise<void> {
    faults.push({ consentId, kind, canaryAfterMs })
    try {
      const closed = await flushFaults()
      if (closed && seen?.reason === null) await look()
    } catch (err) {
      log.warn({ consentId, err }, 'the gate is not told of a fault yet')
    }
  }

  async function flushFaults(): Promise<boolean> {
    const told = faults
    faults = []
    let closed = false
    for (const one of told) {
      try {
        closed = await gates.countFault(bank.id, one)
      } catch (error) {
        faults.push(...told.slice(told.indexOf(one)))
        throw error
      }
    }
    return closed
  }

  /** What could not be told is told the next time. */
  async function flush(): Promise<void> {
    await flushFaults()
    const outcomes = tally.take()
    const [count, wellMs] = [rotations, wellAtMs]
    rotations = 0
    wellAtMs = null
    try {
      if (wellMs !== null) {
        const ageMs = Math.max(0, clock.monotonicMs() - wellMs)
        await gates.countRotated(bank.id, { count, ageMs, outcomes })
      } else if (outcomes !== null) await gates.countOutcomes(bank.id, outcomes)
    } catch (error) {
      rotations += count
      wellAtMs ??= wellMs
      tally.giveBack(outcomes)
      throw error
    }
  }

  async function look(): Promise<GateState> {
    const state = await gates.read(bank.id)
    if (state.reason !== null || state.epoch !== (seen?.epoch ?? state.epoch)) slots.shrink()
    tell(state)
    seen = state
    const held = state.heldUntil !== null && state.heldUntil > clock.now()
    meter.gate({ open: state.reason === null, held, score: state.score, window: slots.window() })
    return state
  }

  function tell({ reason, since }: GateState): void {
    if (reason === (seen?.reason ?? null)) return
    if (reason === null) log.warn({ former: seen?.reason }, 'the gate is open again: refreshing goes on')
    else log.error({ reason, since }, 'the gate is closed: no refresh token is presented')
  }

  return {
    closed: () => faults.length > 0 || (seen !== null && seen.reason !== null),
    outcome: tally.add,
    rotated,
    refused: () => {
      wellAtMs = clock.monotonicMs()
    },
    fault,
    flush,
    tend: async () => {
      try {
        await flush()
        return await look()
      } catch (error) {
        // The database may be another, or an older one, when it is back.
        slots.shrink()
        throw error
      }
    },
  }
}
