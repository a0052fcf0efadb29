import type { AuthorizationRefusal } from './bank.ts'
import type { Consent } from './consent.ts'
import type { LearnedAccount, NewPair } from './consent-store.ts'
import type { Sealed } from './vault.ts'

export type AuthorizationStatus = 'open' | 'exchanging' | 'completed' | 'rejected' | 'failed' | 'abandoned'

export interface Authorization {
  readonly id: string
  readonly consentId: string
  readonly kind: 'first' | 'renewal'
  readonly status: AuthorizationStatus
  readonly outcome: string | null
  readonly returnUrl: string | null
  readonly chain: number | null
  readonly attempts: number
  readonly expiresAt: Date
  readonly abandonAt: Date
  readonly exchangeStartedAt: Date | null
  readonly resultCode: Sealed | null
  /** The state digest of the attempt whose callback was accepted; null while none was, or when it was undone. */
  readonly concludedBy: string | null
}

export interface AuthorizationRecord {
  readonly authorization: Authorization
  readonly consent: Consent
}

export interface Attempt {
  readonly stateDigest: string
  readonly cookieDigest: string
  /** Null once the consent is revoked. */
  readonly codeVerifier: Sealed | null
  readonly consumedAt: Date | null
}

export interface AttemptRecord extends AuthorizationRecord {
  readonly attempt: Attempt
}

export interface NewAttempt {
  readonly authorizationId: string
  readonly stateDigest: string
  readonly cookieDigest: string
  readonly codeVerifier: Sealed
  readonly now: Date
  readonly abandonAt: Date
  readonly maxAttempts: number
  /** The older the link, the more attempts: one for each time this has passed. */
  readonly oneMoreEveryMs: number
}

export interface ResultCode {
  readonly sealed: Sealed
  readonly digest: string
}

export interface CallbackInput {
  readonly consentId: string
  readonly authorizationId: string
  readonly stateDigest: string
  readonly resultCode: ResultCode
  readonly now: Date
}

/** A callback that was accepted: its `state` is spent and the exchange is on record. Only this may be exchanged. */
export interface ExchangeTicket {
  readonly authorizationId: string
  readonly consentId: string
  readonly kind: 'first' | 'renewal'
  readonly chain: number
}

export interface ExchangedPair {
  readonly exchange: ExchangeTicket
  readonly pair: NewPair
  readonly authorizedAt: Date
  readonly consentExpiresAt: Date
  readonly checkAfter: Date
}

export interface StagedPair extends ExchangeTicket {
  readonly accessToken: Sealed
  readonly accessExpiresAt: Date
  readonly obtainedAt: Date
  /** Null where an earlier version staged it. */
  readonly consentExpiresAt: Date | null
}

/** What came of handing a pair to the store; `gone`: revoked, or overtaken by a rescue: drop the pair. */
export type SaveResult = 'saved' | 'gone'

export interface FailedExchange {
  readonly reason: 'exchange_lost' | 'exchange_refused'
  readonly error: string
  readonly now: Date
}

/** The customer's way to the bank and back. Every call may raise TryLaterError. */
export interface AuthorizationStore {
  findByTicket(ticketDigest: string): Promise<AuthorizationRecord | null>
  findAttempt(stateDigest: string): Promise<AttemptRecord | null>
  /** Resolves false when the link has ended or was opened too often. */
  beginAttempt(attempt: NewAttempt): Promise<boolean>
  /** Spends `state` and records the exchange in one transaction; null when another callback did either before. */
  acceptCallback(input: CallbackInput): Promise<ExchangeTicket | null>
  /** Spends `state` and ends the authorization as the customer did; false when it was spent before. */
  reject(input: CallbackInput & { reason: Exclude<AuthorizationRefusal, 'bank_trouble'> }): Promise<boolean>
  /** Gives the customer another try: the code was not what failed. */
  reopen(exchange: ExchangeTicket, reason: string, now: Date): Promise<void>
  /** Ends it without tokens; `error` tells history what the bank answered, or did not. */
  fail(exchange: ExchangeTicket, ending: FailedExchange): Promise<void>
  saveFirst(exchanged: ExchangedPair): Promise<SaveResult>
  stage(exchanged: ExchangedPair): Promise<SaveResult>
  /** Takes staged pairs whose check is due and puts their next check off to `nextCheckAt`. */
  takeStaged(now: Date, nextCheckAt: Date): Promise<StagedPair[]>
  /**
   * Swaps a staged pair in. `superseded`: a newer chain stands there, and this pair is dropped. `gone`: it is staged
   * no more; whoever took it has decided.
   */
  adopt(input: AdoptInput): Promise<'adopted' | 'account_mismatch' | 'superseded' | 'gone'>
  /** Drops a staged pair, unless another replica has adopted or refused it meanwhile. */
  refuseStaged(staged: ExchangeTicket, reason: StagedRefusal, now: Date): Promise<void>
}

/** Why a renewal's pair is dropped (DESIGN section 3). */
export type StagedRefusal = 'account_mismatch' | 'account_unverified'

export interface AdoptInput {
  readonly staged: ExchangeTicket
  readonly account: LearnedAccount
  readonly scopes: readonly string[] | null
  readonly consentExpiresAt: Date
  readonly dueAt: Date
  readonly now: Date
}
