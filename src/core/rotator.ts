import type { TokenOutcome } from './bank.ts'
import type { Gate } from './gate.ts'
import type { FreshPair } from './pair.ts'
import type { CoreSettings, Ports } from './ports.ts'
import type { Rotation } from './rotation.ts'
import type { Secret } from './secret.ts'
import type { Settler } from './settler.ts'
import type { FreeSlot, Slots } from './slots.ts'
import { succeeds } from './token-cache.ts'
import type { Claim, Failure } from './token-store.ts'
import { backoffMs, type PairId } from './tokens.ts'
import { pairVersion } from './vault.ts'

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

const HOLD_OFF_MS = 30_000
const SAVED_SOON_MS = 1_000
const STOPPED: Rotation = { kind: 'postponed', retryAfterMs: 0 }

interface RotatorParts {
  readonly slots: Slots
  readonly settler: Settler
  readonly gate: Gate
}

export function createRotator(
  ports: Ports,
  settings: CoreSettings,
  { slots, settler, gate }: RotatorParts,
): Rotator {
  const inFlight = new Map<string, Promise<Rotation>>()
  const background = new Set<Promise<unknown>>()
  const terms = {
    bank: ports.bank.id,
    leaseMs: settings.abandonAfterMs + settings.leaseMarginMs,
    replay: settings.refreshReplay,
  }

  function share(pair: PairId, begin: () => Promise<Rotation>): Promise<Rotation> {
    const key = keyOf(pair)
    const current = inFlight.get(key)
    if (current !== undefined) return current
    const flight = begin().finally(() => {
      if (inFlight.get(key) === flight) inFlight.delete(key)
    })
    inFlight.set(key, flight)
    return flight
  }

  async function claimAndRun({ pair, rejectionEveryMs }: RotationDemand): Promise<Rotation> {
    const release = await slots.acquire()
    try {
      if (slots.stopped()) return STOPPED
      const claim = await ports.tokens.claim({ pair, ...terms, rejectionEveryMs })
      if (claim === null) return { kind: 'not_claimed' }
      return await pass({ ...claim, lastAskedAt: ports.clock.now() })
    } finally {
      release()
    }
  }

  /** A gate that closed since the claim stops what has not left (DESIGN 4.2). */
  function pass(claim: Claim): Promise<Rotation> {
    const closed = { reason: 'gate_closed', retryAfterMs: 0, counts: false }
    return gate.closed() ? giveBack(claim, closed) : run(claim)
  }

  async function run(claim: Claim): Promise<Rotation> {
    // The database that gave this claim will take the answer to the one before as well.
    if (isAnswered(claim))
      return giveBack(claim, { reason: 'answer_unsaved', retryAfterMs: SAVED_SOON_MS, counts: false })
    const refreshToken = await openRefreshToken(claim)
    if (refreshToken === null)
      return giveBack(claim, { reason: 'token_unreadable', retryAfterMs: backoff(claim) })
    if (refreshToken.reveal() === '') return endWithoutRefreshToken(claim)
    if (slots.stopped()) return giveBack(claim, { reason: 'stopping', retryAfterMs: 0, counts: false })
    // Only a lease that covers the whole exchange proves that nobody else presents this token meanwhile.
    const covered = claim.leaseEndsMonotonicMs - ports.clock.monotonicMs() >= settings.abandonAfterMs
    if (!covered) return giveBack(claim, { reason: 'lease_too_short', retryAfterMs: 0, counts: false })
    return conclude(claim, refreshToken, await ports.bank.refresh(refreshToken))
  }

  function isAnswered(claim: Claim): boolean {
    const unsaved = settler.unsaved(claim.consentId)
    return unsaved !== null && succeeds(unsaved, claim)
  }

  /** A bank that gave no refresh token: the access token lives to its end, and nothing comes after it. */
  function endWithoutRefreshToken(claim: Claim): Promise<Rotation> {
    const leftMs = claim.accessExpiresAt.getTime() - ports.clock.now().getTime()
    if (leftMs <= 0) return settler.refuse(claim, 'no_refresh_token')
    return giveBack(claim, { reason: 'no_refresh_token', retryAfterMs: leftMs, counts: false })
  }

  function backoff({ consecutiveFailures }: Claim): number {
    return backoffMs(consecutiveFailures + 1, ports.clock.chance())
  }

  async function openRefreshToken(claim: Claim): Promise<Secret | null> {
    const { consentId } = claim
    try {
      const binding = { consentId, field: 'refresh_token', version: pairVersion(claim) } as const
      return await ports.vault.open(claim.refreshToken, binding)
    } catch (err) {
      ports.log.error({ consentId, err }, 'refresh token cannot be opened')
      return null
    }
  }

  async function conclude(claim: Claim, refreshToken: Secret, outcome: TokenOutcome): Promise<Rotation> {
    ports.meter.rotation(outcome.kind === 'granted' ? 'rotated' : outcome.kind, claim.isReplay)
    logOutcome(ports, claim, outcome)
    switch (outcome.kind) {
      case 'granted':
        gate.rotated()
        return settler.settle(claim, refreshToken, outcome.tokens)
      case 'refused':
        // One at a time until it is known whether the bank refuses all: the brake needs five.
        slots.shrink()
        // The brake weighs refusals against the good answers: those of this process are told first.
        await gate.flush().catch(() => {})
        return refuse(claim, outcome.reason)
      case 'uncertain':
        slots.shrink()
        return tellAndPark(claim, outcome)
      case 'not_processed':
        return giveBack(claim, {
          reason: outcome.reason,
          retryAfterMs: outcome.retryAfterMs ?? backoff(claim),
        })
      case 'our_fault':
        await gate.fault(claim.consentId, 'our_fault')
        return giveBack(claim, { reason: outcome.reason, retryAfterMs: HOLD_OFF_MS })
    }
  }

  async function refuse(claim: Claim, reason: string): Promise<Rotation> {
    const rotation = await settler.refuse(claim, reason)
    if (rotation.kind === 'refused' && !claim.isReplay) gate.refused()
    return rotation
  }

  /** Side by side: an answer nobody could read is written down whatever holds up the gate. */
  async function tellAndPark(
    claim: Claim,
    outcome: Extract<TokenOutcome, { kind: 'uncertain' }>,
  ): Promise<Rotation> {
    const told = gate.fault(claim.consentId, 'uncertain')
    const [rotation] = await Promise.all([settler.park(claim, outcome), told])
    return rotation
  }

  async function giveBack(
    claim: Claim,
    failure: Omit<Failure, 'counts'> & Partial<Failure>,
  ): Promise<Rotation> {
    await settler.persist(claim.consentId, () => claim.giveBack({ counts: true, ...failure }))
    return { kind: 'postponed', retryAfterMs: failure.retryAfterMs }
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
      return pass(claim)
    }
    const watched: Promise<unknown> = fly(claim, begin)
      .catch((err: unknown) => ports.log.error({ consentId, err }, 'rotation failed unexpectedly'))
      .finally(() => {
        slot?.()
        background.delete(watched)
      })
    background.add(watched)
  }

  /** A caller's flight may be waiting for a claim that was just taken here: it will see the row move. */
  function fly(claim: Claim, begin: () => Promise<Rotation>): Promise<Rotation> {
    return inFlight.has(keyOf(claim)) ? begin() : share(claim, begin)
  }

  function present(claim: Claim): Promise<Rotation> {
    const flight = fly(claim, () => run(claim)).finally(() => background.delete(flight))
    background.add(flight)
    return flight
  }

  return {
    demand: (demand) => share(demand.pair, () => claimAndRun(demand)),
    startDue,
    present,
    unsaved: settler.unsaved,
    stop: slots.stop,
    idle: async () => {
      while (inFlight.size + background.size > 0)
        await Promise.allSettled([...inFlight.values(), ...background])
      await settler.idle()
    },
  }
}

function keyOf({ consentId, chain, version }: PairId): string {
  return `${consentId}/${chain}.${version}`
}

function logOutcome({ log }: Ports, claim: Claim, outcome: TokenOutcome): void {
  const fields = {
    consentId: claim.consentId,
    chain: claim.chain,
    version: claim.version,
    replay: claim.isReplay || undefined,
    outcome: outcome.kind === 'granted' ? 'rotated' : outcome.kind,
    reason: outcome.kind === 'granted' ? undefined : outcome.reason,
  }
  if (outcome.kind === 'granted' || outcome.kind === 'not_processed') log.info(fields, 'rotation')
  else log.warn(fields, 'rotation')
}
