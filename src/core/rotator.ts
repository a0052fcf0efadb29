import type { FreshPair } from './pair.ts'
import type { CoreSettings, Ports } from './ports.ts'
import type { Presenter } from './presenter.ts'
import type { Rotation } from './rotation.ts'
import type { Settler } from './settler.ts'
import type { FreeSlot, Slots } from './slots.ts'
import type { Claim } from './token-store.ts'
import type { PairId } from './tokens.ts'
import type { OpenSpan } from './tracing.ts'

export interface RotationDemand {
  readonly pair: PairId
  /** Set for a token the bank rejected: rotated though not due, at most once in this time. */
  readonly rejectionEveryMs: number | null
}

/**
 * The one way to spend a refresh token, for callers and background alike (DESIGN 4.7). In a process, those
 * who want the same pair rotated share the flight; across processes the claim decides.
 */
export interface Rotator {
  demand(demand: RotationDemand): Promise<Rotation>
  /** Claims what is due, as far as slots are free, and starts it; resolves how many were started. */
  startDue(limit: number): Promise<number>
  /** Presents the token of a claim that the gate lets through as its canary. */
  present(claim: Claim): Promise<Rotation>
  /** A pair that the bank gave and the database has not taken yet. */
  unsaved(consentId: string): FreshPair | null
  /** Claims and presents nothing from here on: what is asked for is postponed, at once. */
  stop(): void
  /** Resolves when nothing is in flight. */
  idle(): Promise<void>
}

/** Who wanted it: a caller who waits, its time, or the gate. */
type Trigger = 'demand' | 'due' | 'canary'

interface Flight {
  readonly rotation: Promise<Rotation>
  readonly span: OpenSpan
}

const STOPPED: Rotation = { kind: 'postponed', retryAfterMs: 0, asked: false }

interface RotatorParts {
  readonly slots: Slots
  readonly settler: Pick<Settler, 'unsaved' | 'idle'>
  readonly presenter: Presenter
}

export function createRotator(
  ports: Ports,
  settings: CoreSettings,
  { slots, settler, presenter }: RotatorParts,
): Rotator {
  const inFlight = new Map<string, Flight>()
  const background = new Set<Promise<unknown>>()
  const terms = {
    bank: ports.bank.id,
    leaseMs: settings.abandonAfterMs + settings.leaseMarginMs,
    replay: settings.refreshReplay,
  }

  function share(pair: PairId, trigger: Trigger, begin: () => Promise<Rotation>): Promise<Rotation> {
    const key = keyOf(pair)
    const current = inFlight.get(key)
    if (current !== undefined) {
      ports.tracer.waitsFor(current.span)
      return current.rotation
    }
    const span = beginSpan(pair, trigger)
    const rotation = runIn(span, begin).finally(() => {
      if (inFlight.get(key)?.rotation === rotation) inFlight.delete(key)
    })
    inFlight.set(key, { rotation, span })
    return rotation
  }

  function beginSpan({ consentId }: PairId, trigger: Trigger): OpenSpan {
    const attributes = { 'token_broker.consent_id': consentId, 'token_broker.rotation.trigger': trigger }
    return ports.tracer.begin({ name: 'rotation', kind: 'internal', attributes })
  }

  async function runIn(span: OpenSpan, begin: () => Promise<Rotation>): Promise<Rotation> {
    try {
      const rotation = await span.run(begin)
      span.note({ 'token_broker.rotation.result': rotation.kind })
      return rotation
    } finally {
      span.end()
    }
  }

  async function claimAndRun({ pair, rejectionEveryMs }: RotationDemand): Promise<Rotation> {
    const release = await slots.acquire()
    try {
      if (slots.stopped()) return STOPPED
      const claim = await ports.tokens.claim({ pair, ...terms, rejectionEveryMs })
      if (claim === null) return { kind: 'not_claimed' }
      return await presenter.present({ ...claim, lastAskedAt: ports.clock.now() })
    } finally {
      release()
    }
  }

  async function startDue(limit: number): Promise<number> {
    const taken = slots.takeFree(limit)
    try {
      const claims = taken.length === 0 ? [] : await ports.tokens.claimDue({ ...terms, limit: taken.length })
      for (const claim of claims) startClaimed(claim, taken.pop())
      return claims.length
    } finally {
      for (const release of taken) release()
    }
  }

  function startClaimed(claim: Claim, slot: FreeSlot | undefined): void {
    const { consentId } = claim
    const begin = async () => {
      await slot?.begin()
      return presenter.present(claim)
    }
    const watched: Promise<unknown> = fly(claim, 'due', begin)
      .catch((err: unknown) => ports.log.error({ consentId, err }, 'rotation failed unexpectedly'))
      .finally(() => {
        slot?.()
        background.delete(watched)
      })
    background.add(watched)
  }

  /** A caller's flight may be waiting for a claim that was just taken here: it will see the row move. */
  function fly(claim: Claim, trigger: Trigger, begin: () => Promise<Rotation>): Promise<Rotation> {
    if (!inFlight.has(keyOf(claim))) return share(claim, trigger, begin)
    return runIn(beginSpan(claim, trigger), begin)
  }

  function present(claim: Claim): Promise<Rotation> {
    const present = () => presenter.presentAsCanary(claim)
    const flight = fly(claim, 'canary', present).finally(() => background.delete(flight))
    background.add(flight)
    return flight
  }

  return {
    demand: (demand) => share(demand.pair, 'demand', () => claimAndRun(demand)),
    startDue,
    present,
    unsaved: settler.unsaved,
    stop: slots.stop,
    idle: async () => {
      while (inFlight.size + background.size > 0) {
        const flights = [...inFlight.values()].map(({ rotation }) => rotation)
        await Promise.allSettled([...flights, ...background])
      }
      await settler.idle()
    },
  }
}

function keyOf({ consentId, chain, version }: PairId): string {
  return `${consentId}/${chain}.${version}`
}
