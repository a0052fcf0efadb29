import { type Gate, gateTimes } from './gate.ts'
import type { CanaryResult, GateState, GateStore } from './gate-store.ts'
import type { CoreSettings, Ports } from './ports.ts'
import type { Rotation } from './rotation.ts'
import type { Rotator } from './rotator.ts'
import type { Settler } from './settler.ts'
import type { FreeSlot, Slots } from './slots.ts'
import type { Claim } from './token-store.ts'
import { withinMs } from './within.ts'

/**
 * Looks after the gate, and tries whether the bank is well: one call at a time for the whole fleet, spaced
 * further and further. Resolves how long to wait before the next look, in milliseconds.
 */
export type TendGate = () => Promise<number>

/** What one call of a canary came to. */
type Flown = 'well' | 'failed' | 'refused' | 'none'

interface Flight {
  readonly canaryId: string
  readonly at: 'closed' | 'open'
  /** A call that begins later could outlive the canary's lease. */
  readonly untilMs: number
  calls: number
  /** Only once there is a token to present: a gate that waits for one to fall due asks nothing of the bank. */
  probed: Promise<boolean> | null
}

interface Taken extends Pick<Flight, 'canaryId' | 'at'> {
  readonly canaryFailures: number
}

interface CanaryParts {
  readonly gate: Gate
  readonly rotator: Pick<Rotator, 'present'>
  readonly settler: Pick<Settler, 'persist'>
  readonly slots: Slots
}

export function createTendGate(
  ports: Ports,
  settings: CoreSettings,
  { gate, rotator, settler, slots }: CanaryParts,
): TendGate {
  const { bank, clock, gates, log, meter } = ports
  const times = gateTimes(settings)
  const leaseMs = settings.abandonAfterMs + settings.leaseMarginMs
  /** The end of a canary that the database has not taken yet: until then no other may fly. */
  let unended: Parameters<GateStore['endCanary']>[1] | null = null

  /** A canary may be held up by bank and database for long: it looks at the gate meanwhile, and so turns. */
  let turned = () => {}

  async function tend(onTurn = () => {}): Promise<number> {
    turned = onTurn
    await endCanary()
    const state = await gate.tend()
    const mayTry = state.reason !== 'refusal_brake' && !slots.stopped() && isTime(state)
    if (mayTry) await tryWithSlot(state)
    return times.lookEveryMs
  }

  /** By this process's clock; the statement asks the database's. */
  function isTime({ nextCanaryAt }: GateState): boolean {
    return nextCanaryAt === null || nextCanaryAt.getTime() <= clock.now().getTime() + times.lookEveryMs
  }

  async function tryWithSlot(state: GateState): Promise<void> {
    const [slot] = slots.takeFree(1)
    try {
      if (slot !== undefined) await tryCanary(state, slot)
    } finally {
      slot?.()
    }
  }

  async function tryCanary({ canaryFailures }: GateState, slot: FreeSlot): Promise<void> {
    const canaryId = crypto.randomUUID()
    const { patienceMs } = times
    const terms = { canaryId, leaseMs, patienceMs, replay: settings.refreshReplay }
    // Should it be taken and not be told, it ends all the same.
    unended = { canaryId, result: 'idle', waitMs: times.canaryAfterMs }
    const at = await gates.takeCanary(bank.id, terms)
    if (at === null) unended = null
    else await flyAndEnd({ canaryId, at, canaryFailures }, slot)
  }

  async function flyAndEnd({ canaryId, at, canaryFailures }: Taken, slot: FreeSlot): Promise<void> {
    await slot.begin()
    const result = await tendWhile(fly(canaryId, at).catch(giveUp))
    meter.canary(result)
    log.info({ result, gate: at }, 'canary')
    const failures = result === 'failed' ? canaryFailures : 0
    const waitMs = Math.min(times.longestCanaryMs, times.canaryAfterMs * 2 ** Math.min(failures, 16))
    unended = { canaryId, result, waitMs }
    await endCanary()
    await gate.tend()
  }

  function giveUp(err: unknown): CanaryResult {
    log.warn({ err }, 'a canary has found nothing out')
    return 'idle'
  }

  async function endCanary(): Promise<void> {
    if (unended !== null) await gates.endCanary(bank.id, unended)
    unended = null
  }

  /** A bank that keeps the canary waiting may answer others: that counts meanwhile. */
  async function tendWhile(flight: Promise<CanaryResult>): Promise<CanaryResult> {
    for (;;) {
      const result = await withinMs(clock, flight, times.lookEveryMs)
      if (result !== undefined) return result
      turned()
      await gate.tend().catch((err: unknown) => log.warn({ err }, 'the gate cannot be looked after'))
    }
  }

  async function fly(canaryId: string, at: 'closed' | 'open'): Promise<CanaryResult> {
    const untilMs = clock.monotonicMs() + settings.leaseMarginMs
    const flight: Flight = { canaryId, at, untilMs, calls: 0, probed: null }
    let flown: Flown = 'refused'
    while (flown === 'refused') flown = await flyOnce(flight)
    return flown === 'well' || flown === 'failed' ? flown : 'idle'
  }

  /**
   * A replay that is refused tells of its own token only, and a pair without a refresh token of nothing: the
   * next is tried at once. A first presentation tells of the bank.
   */
  async function flyOnce(flight: Flight): Promise<Flown> {
    const replayed = await present(flight, 'uncertain')
    if (replayed === 'well' || replayed === 'failed' || flight.at === 'open') return replayed
    const presented = await present(flight, 'due')
    return presented === 'none' ? replayed : presented
  }

  async function present(flight: Flight, from: 'uncertain' | 'due'): Promise<Flown> {
    const { canaryId, untilMs } = flight
    const { refreshReplay: replay } = settings
    if (clock.monotonicMs() >= untilMs) return 'none'
    const claim = await ports.tokens.claimCanary({ bank: bank.id, leaseMs, replay, canaryId, from })
    if (claim === null) return 'none'
    flight.probed ??= probe(flight)
    if (!(await flight.probed)) return giveBack(claim)
    await takeTurn(flight)
    return judge(claim, await rotator.present(claim))
  }

  /** The first call goes in the slot's own turn. */
  async function takeTurn(flight: Flight): Promise<void> {
    flight.calls += 1
    if (flight.calls > 1) await slots.turn()
  }

  function judge(claim: Claim, rotation: Rotation): Flown {
    if (rotation.kind === 'rotated') return 'well'
    if (rotation.kind === 'refused') return claim.isReplay ? 'refused' : 'well'
    if (rotation.kind === 'not_claimed') return 'refused'
    return rotation.asked ? 'failed' : 'none'
  }

  /** A made-up token costs no consent: a bank that refuses it has its endpoint up and takes our certificate. */
  async function probe(flight: Flight): Promise<boolean> {
    if (bank.probe === null) return true
    await takeTurn(flight)
    const { kind } = await bank.probe()
    if (kind !== 'refused') log.warn({ outcome: kind }, 'the bank does not answer a probe')
    return kind === 'refused'
  }

  async function giveBack(claim: Claim): Promise<'failed'> {
    const unsent = { reason: 'probe_failed', retryAfterMs: 0, counts: false }
    await settler.persist(claim.consentId, () => claim.giveBack(unsent))
    return 'failed'
  }

  return tend
}
