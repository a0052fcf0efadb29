import type { NewPair } from './consent-store.ts'
import type { PairId } from './tokens.ts'
import type { Sealed } from './vault.ts'

/** What a good answer came to: `superseded` by a newer pair, or the consent is `gone`. */
export type SettleResult = 'settled' | 'superseded' | 'gone'

/** A verdict counts only while the claim is still this attempt's own. */
export type VerdictResult = 'recorded' | 'not_mine'

/**
 * The right to present one refresh token to the bank once (DESIGN 4.1). It is on record before the bank is
 * called; what ends it exists only here.
 */
export interface Claim extends PairId {
  readonly attemptId: string
  readonly presentation: number
  readonly attemptStartedAt: Date
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
  /** The bank said `invalid_grant`: the chain is dead. */
  refuse(reason: string): Promise<VerdictResult>
  /** The bank never evaluated the token: takes the presentation back. */
  giveBack(failure: Failure): Promise<void>
  /** The token may be spent: no verdict, no second presentation by accident. */
  park(reason: string, unreadableAnswer: Sealed | null): Promise<VerdictResult>
}

export interface Failure {
  readonly reason: string
  readonly retryAfterMs: number
  /** False where the bank was not tried: no failure is counted. */
  readonly counts: boolean
}

export interface ClaimInput {
  readonly pair: PairId
  /** Consents of another bank are left alone. */
  readonly bank: string
  readonly leaseMs: number
  /** Set where a caller's token was rejected by the bank: at most one claim in this time. */
  readonly rejectionEveryMs: number | null
}

export interface TokenStore {
  /** Claims one pair on demand; null when it moved on, is claimed, is put off, or refreshing is held. */
  claim(input: ClaimInput): Promise<Claim | null>
  /** Claims up to `limit` due pairs, soonest first. */
  claimDue(input: { bank: string; limit: number; leaseMs: number }): Promise<Claim[]>
}

export interface HousekeepingResult {
  readonly abandoned: number
  readonly expired: number
  readonly exchangesLost: number
  readonly rotationsLost: number
}

/** What time alone brings about. */
export interface Housekeeping {
  run(input: { now: Date; salvageWaitMs: number; limit: number }): Promise<HousekeepingResult>
}
