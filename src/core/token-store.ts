import type { NewPair } from './consent-store.ts'
import type { PairId } from './tokens.ts'
import type { Sealed } from './vault.ts'

/** What a good answer came to: `superseded` by a newer pair, or the consent is `gone`. */
export type SettleResult = 'settled' | 'superseded' | 'gone'

/** A verdict counts only while the claim is still this attempt's own. */
export type VerdictResult = 'recorded' | 'not_mine'

/** `unconfirmed`: too many are refused, or the database is another; `braked`: this one stopped all refreshing. */
export type RefusalResult = VerdictResult | 'unconfirmed' | 'braked'

/**
 * The right to present one refresh token to the bank once (DESIGN 4.1). It is on record before the bank is
 * called; what ends it exists only here.
 */
export interface Claim extends PairId {
  readonly attemptId: string
  /** Which claim of this pair it is, from 1, given-back ones included: orders its answers. */
  readonly presentation: number
  /** Whether the bank may have evaluated this token before: the second presentation, and the last. */
  readonly isReplay: boolean
  readonly attemptStartedAt: Date
  /** When the pair fell due; null where it never does. */
  readonly dueAt: Date | null
  readonly refreshToken: Sealed
  readonly tokenType: string
  readonly scope: string | null
  /** Of the access token in hand. */
  readonly accessExpiresAt: Date
  /** Since its authorization, where nobody has asked for it yet. */
  readonly lastAskedAt: Date
  readonly consentExpiresAt: Date | null
  /** Nobody has told yet whose account this chain is for, or whether it is the consent's own. */
  readonly accountOpen: boolean
  readonly consecutiveFailures: number
  /** When the lease ends by this process's monotonic clock, counted from before the statement. */
  readonly leaseEndsMonotonicMs: number
  /** Writes a good answer. Needs chain and version only, not the lease. */
  settle(pair: NewPair): Promise<SettleResult>
  /** The bank said `invalid_grant`: the chain is dead, unless the refusal brake keeps that unconfirmed. */
  refuse(reason: string): Promise<RefusalResult>
  /** The bank gave no refresh token: the chain is dead, and nobody was asked. */
  end(reason: string): Promise<RefusalResult>
  /** The bank never evaluated the token: takes the presentation back. */
  giveBack(failure: Failure): Promise<void>
  /** The token may be spent: no verdict, no second presentation by accident. */
  park(reason: string, unreadableAnswer: Sealed | null): Promise<VerdictResult>
}

/** One presentation of one pair's refresh token. */
export type RotationAttempt = Pick<Claim, 'consentId' | 'chain' | 'version' | 'attemptId' | 'presentation'>

export interface Failure {
  readonly reason: string
  readonly retryAfterMs: number
  /** False where the bank was not tried: no failure is counted. */
  readonly counts: boolean
}

/** What every claim depends on. */
export interface ClaimTerms {
  /** Consents of another bank are left alone. */
  readonly bank: string
  readonly leaseMs: number
  /** BANK_REFRESH_REPLAY: when a token whose answer was lost may be presented once more (DESIGN 4.3). */
  readonly replay: ReplayPolicy
}

export type ReplayPolicy = 'prompt' | 'last_chance'

export interface ClaimInput extends ClaimTerms {
  readonly pair: PairId
  /** Set where a caller's token was rejected by the bank: at most one claim in this time. */
  readonly rejectionEveryMs: number | null
}

export interface DueInput extends ClaimTerms {
  readonly limit: number
}

export interface CanaryInput extends ClaimTerms {
  readonly canaryId: string
  /** Which pairs may try whether the bank is well: those that wait for their replay, or those that are due. */
  readonly from: 'uncertain' | 'due'
}

export interface TokenStore {
  /** Claims one pair on demand; null when it moved on, is claimed, is put off, or the gate is closed. */
  claim(input: ClaimInput): Promise<Claim | null>
  /** Claims up to `limit` pairs: those that may be replayed, then those due, soonest first. */
  claimDue(input: DueInput): Promise<Claim[]>
  /** Claims one pair for the canary that `GateStore.takeCanary` gave. */
  claimCanary(input: CanaryInput): Promise<Claim | null>
  /** Writes a good answer as its claim would have, for a process that died. */
  settleSpooled(attempt: RotationAttempt, pair: NewPair): Promise<SettleResult>
  /** Parks an attempt as its claim would have, for a process that died. */
  parkSpooled(attempt: RotationAttempt, reason: string, unreadableAnswer: Sealed): Promise<VerdictResult>
}

export interface HousekeepingResult {
  readonly abandoned: number
  readonly expired: number
  readonly exchangesLost: number
  /** Claims whose holder can no longer settle them: their tokens may be presented once more. */
  readonly claimsLost: number
  readonly rotationsLost: number
  /** Consents whose owners were told that they are about to end. */
  readonly expiring: number
  /** Consents that ended more than RETENTION ago, whose personal data are gone. */
  readonly erased: number
}

/** What time alone brings about. */
export interface Housekeeping {
  /**
   * Claims whose leases have run out are left alone where `salvageWaitMs` is null; a code exchange older than
   * `codeTtlMs` has lost its answer. Nothing is erased where `retentionMs` is null.
   */
  run(input: {
    now: Date
    salvageWaitMs: number | null
    codeTtlMs: number
    retentionMs: number | null
    limit: number
  }): Promise<HousekeepingResult>
}
