import type { TokenOutcome } from './bank.ts'
import type { Gate } from './gate.ts'
import type { LogFields } from './log-fields.ts'
import type { FreshPair } from './pair.ts'
import type { CoreSettings, Ports } from './ports.ts'
import type { Rotation } from './rotation.ts'
import type { Secret } from './secret.ts'
import type { Settler } from './settler.ts'
import type { Slots } from './slots.ts'
import { succeeds } from './token-cache.ts'
import type { Claim, Failure } from './token-store.ts'
import { type BankTokens, backoffMs } from './tokens.ts'
import { pairVersion } from './vault.ts'

/** Presents the token of a claim to the bank, once, and ends the claim by what comes of it (DESIGN 4.2). */
export interface Presenter {
  /** Gives the claim back where the gate has closed since. */
  present(claim: Claim): Promise<Rotation>
  /** For the gate's own canary. */
  presentAsCanary(claim: Claim): Promise<Rotation>
}

export interface PresenterParts {
  readonly slots: Slots
  readonly settler: Settler
  readonly gate: Gate
  /** Told of each new pair, so that no older one is handed out when its row can't be read. */
  readonly onRotated: (pair: FreshPair) => void
}

/** A bank that refuses us may refuse this consent alone: it is not asked again and again. */
const HOLD_OFF_MS = 30_000
/** The next try of the save that is going on. */
const SAVED_SOON_MS = 1_000

type GivenBack = Omit<Failure, 'counts'> & Partial<Failure>
type Postponed = Extract<Rotation, { kind: 'postponed' }>

export function createPresenter(
  ports: Ports,
  settings: Pick<CoreSettings, 'abandonAfterMs'>,
  { slots, settler, gate, onRotated }: PresenterParts,
): Presenter {
  /** A gate that closed since the claim stops what has not left (DESIGN 4.2). */
  function present(claim: Claim): Promise<Rotation> {
    const closed = { reason: 'gate_closed', retryAfterMs: 0, counts: false }
    return gate.closed() ? putOff(claim, closed) : presentAsCanary(claim)
  }

  async function presentAsCanary(claim: Claim): Promise<Rotation> {
    // The database that gave this claim will take the answer to the one before as well.
    if (isAnswered(claim))
      return putOff(claim, { reason: 'answer_unsaved', retryAfterMs: SAVED_SOON_MS, counts: false })
    const refreshToken = await openRefreshToken(claim)
    if (refreshToken === null)
      return putOff(claim, { reason: 'token_unreadable', retryAfterMs: backoff(claim) })
    if (refreshToken.reveal() === '') return endWithoutRefreshToken(claim)
    if (slots.stopped()) return putOff(claim, { reason: 'stopping', retryAfterMs: 0, counts: false })
    // Only a lease that covers the whole exchange proves that nobody else presents this token meanwhile.
    const covered = claim.leaseEndsMonotonicMs - ports.clock.monotonicMs() >= settings.abandonAfterMs
    if (!covered) return putOff(claim, { reason: 'lease_too_short', retryAfterMs: 0, counts: false })
    const sentMs = ports.clock.monotonicMs()
    const outcome = await ports.bank.refresh(refreshToken)
    const durationMs = ports.clock.monotonicMs() - sentMs
    const concluded = conclude(claim, refreshToken, outcome)
    logOutcome(ports, claim, { refreshToken, outcome, durationMs })
    return concluded
  }

  function isAnswered(claim: Claim): boolean {
    const unsaved = settler.unsaved(claim.consentId)
    return unsaved !== null && succeeds(unsaved, claim)
  }

  /** A bank that gave no refresh token: the access token lives to its end, and nothing comes after it. */
  async function endWithoutRefreshToken(claim: Claim): Promise<Rotation> {
    const leftMs = claim.accessExpiresAt.getTime() - ports.clock.now().getTime()
    if (leftMs <= 0) await settler.persist(claim.consentId, () => claim.end('no_refresh_token'))
    else await giveBack(claim, { reason: 'no_refresh_token', retryAfterMs: leftMs, counts: false })
    return { kind: 'not_claimed' }
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
    const came = outcome.kind === 'granted' ? 'rotated' : outcome.kind
    ports.meter.rotation(came, claim.isReplay)
    gate.outcome(came)
    switch (outcome.kind) {
      case 'granted':
        gate.rotated()
        return settle(claim, refreshToken, outcome.tokens)
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

  async function settle(claim: Claim, refreshToken: Secret, tokens: BankTokens): Promise<Rotation> {
    const rotation = await settler.settle(claim, refreshToken, tokens)
    if (rotation.kind === 'rotated') {
      onRotated(rotation.pair)
      measureLateness(claim)
    }
    return rotation
  }

  function measureLateness({ dueAt }: Claim): void {
    const lateMs = dueAt === null ? -1 : ports.clock.now().getTime() - dueAt.getTime()
    // Before it is due a token is rotated only where somebody asks for a fresher one.
    if (lateMs >= 0) ports.meter.rotatedLate(lateMs)
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

  /** Gives back what was never sent. */
  async function putOff(claim: Claim, failure: GivenBack): Promise<Rotation> {
    return { ...(await giveBack(claim, failure)), asked: false }
  }

  async function giveBack(claim: Claim, failure: GivenBack): Promise<Postponed> {
    await settler.persist(claim.consentId, () => claim.giveBack({ counts: true, ...failure }))
    return { kind: 'postponed', retryAfterMs: failure.retryAfterMs, asked: true }
  }

  return { present, presentAsCanary }
}

interface Presented {
  readonly refreshToken: Secret
  readonly outcome: TokenOutcome
  readonly durationMs: number
}

/** One line a rotation: all that is to be known of it. It never stands in the way of what the bank answered. */
function logOutcome(ports: Ports, claim: Claim, presented: Presented): void {
  const { kind } = presented.outcome
  try {
    const fields = describeOutcome(ports, claim, presented)
    if (kind === 'granted' || kind === 'not_processed') ports.log.info(fields, 'rotation')
    else ports.log.warn(fields, 'rotation')
  } catch (err) {
    ports.log.error({ consentId: claim.consentId, err }, 'a rotation cannot be logged')
  }
}

function describeOutcome(
  { vault }: Ports,
  claim: Claim,
  { refreshToken, outcome, durationMs }: Presented,
): LogFields {
  const granted = outcome.kind === 'granted' ? outcome.tokens : null
  return {
    consentId: claim.consentId,
    chain: claim.chain,
    version: claim.version,
    attemptId: claim.attemptId,
    presentation: claim.isReplay ? 2 : 1,
    outcome: outcome.kind === 'granted' ? 'rotated' : outcome.kind,
    reason: outcome.kind === 'granted' ? undefined : outcome.reason,
    durationMs: Math.round(durationMs),
    lateMs: claim.dueAt === null ? undefined : claim.attemptStartedAt.getTime() - claim.dueAt.getTime(),
    refreshFingerprint: vault.fingerprint(refreshToken),
    newRefreshFingerprint: granted?.refreshToken ? vault.fingerprint(granted.refreshToken) : undefined,
  }
}
