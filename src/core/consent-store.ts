import type { Consent, ConsentStatus } from './consent.ts'
import type { GateReason } from './gate-store.ts'
import type { Endings, Standing, StoreCounts } from './summary.ts'
import type { PairId } from './tokens.ts'
import type { Sealed, SearchHash } from './vault.ts'

/** The pair in use and the state of its rotation, as stored. The refresh token is not among it: only a claim has it. */
export interface StoredTokens extends PairId {
  readonly accessToken: Sealed | null
  readonly tokenType: string
  readonly scope: string | null
  readonly obtainedAt: Date
  readonly accessExpiresAt: Date
  readonly dueAt: Date | null
  /** How often this pair's refresh token may have been evaluated by the bank. */
  readonly presentations: number
  readonly attemptId: string | null
  readonly leaseUntil: Date | null
  readonly retryAt: Date | null
  readonly lastSuccessAt: Date | null
  readonly consecutiveFailures: number
  readonly lastError: string | null
  readonly rejectionCheckedAt: Date | null
  /** What the pair is bound to, as `x5t#S256`; null where the bank binds none. */
  readonly certificate: string | null
}

export interface ConsentRecord {
  readonly consent: Consent
  /** Null before the first authorization and after revocation. */
  readonly tokens: StoredTokens | null
  /** Why nothing is refreshed at this consent's bank; null where it is. */
  readonly standstill: Standstill | null
}

/** Refreshing is held by hand, or the bank's gate is closed. */
export type Standstill =
  | { readonly kind: 'hold'; readonly by: string; readonly until: Date }
  | { readonly kind: 'gate'; readonly reason: GateReason; readonly since: Date | null }

export type NewConsent = Omit<
  Consent,
  | 'scopes'
  | 'confirmedAt'
  | 'ibanMasked'
  | 'chain'
  | 'authorizedAt'
  | 'lastAskedAt'
  | 'erasedAt'
  | 'statusReason'
  | 'status'
> & { readonly status: 'pending' }

export interface NewAuthorization {
  readonly id: string
  readonly consentId: string
  readonly kind: 'first' | 'renewal'
  readonly ticketDigest: string
  readonly returnUrl: string | null
  readonly createdAt: Date
  readonly expiresAt: Date
}

export interface NewPair {
  readonly accessToken: Sealed
  readonly refreshToken: Sealed
  readonly tokenType: string
  readonly scope: string | null
  readonly obtainedAt: Date
  readonly accessExpiresAt: Date
  readonly dueAt: Date
  /** What the pair is bound to; absent also from what an earlier version spooled. */
  readonly certificate?: string | null
}

export interface Account {
  readonly ibanSealed: Sealed
  readonly ibanMasked: string
  readonly search: SearchHash
}

/** An account as Consent Info told it, with its hashes under every key: a stored one may be of an older key. */
export interface LearnedAccount extends Account {
  readonly knownAs: readonly string[]
}

/** An answer kept for a caller's `Idempotency-Key`. */
export interface IdempotentAnswer {
  readonly caller: string
  readonly keyDigest: string
  readonly requestDigest: string
  readonly storedAnswer: Sealed
}

export type StartResult =
  | { readonly kind: 'started' }
  | { readonly kind: 'replayed'; readonly consentId: string; readonly storedAnswer: Sealed }
  /** The consent that it started was revoked since, and the answer with it. */
  | { readonly kind: 'revoked' }
  | { readonly kind: 'in_progress' }
  | { readonly kind: 'key_reused' }

export interface StartInput {
  readonly consent: NewConsent
  readonly authorization: NewAuthorization
  readonly idempotency: IdempotentAnswer | null
}

export interface ImportInput {
  readonly consent: NewConsent
  readonly actor: string
  readonly refreshToken: (chain: number) => Promise<Sealed>
  /** Tells an import that is sent again from a new one. */
  readonly tokenDigest: string
  /** True: onto an existing consent, as a rescue; a new chain begins. */
  readonly onExisting: boolean
}

export interface ConsentFilter {
  /** As it is now: a consent past its end is expired before housekeeping has written it down. */
  readonly status?: ConsentStatus
  readonly customerReference?: string
  readonly iban?: readonly SearchHash[]
  readonly expiresBefore?: Date
  readonly owner?: string
}

/** `attention`: what needs a person first, then trouble, then what ends soonest, what is pending, and what has ended. */
export type ListOrder = 'attention' | 'newest'

/** Where a page ended: the next begins behind it, in the same order. */
export interface PagePosition {
  /** Of the order; `newest` has one. */
  readonly section: number
  /** RFC 3339 to the microsecond, or `infinity`. */
  readonly at: string
  readonly id: string
}

export interface ListRequest {
  readonly order: ListOrder
  readonly now: Date
  readonly limit: number
  readonly after: PagePosition | null
}

/** A page may be short, or empty, and not the last. */
export interface ConsentPage {
  readonly records: readonly ConsentRecord[]
  /** Null where nothing is left. */
  readonly next: PagePosition | null
}

export interface ConsentEvent {
  readonly id: string
  readonly type: string
  readonly actor: string
  readonly detail: Readonly<Record<string, unknown>>
  /** Whose consent it is; null where the event says nothing of it, or it was erased. */
  readonly personal: Readonly<Record<string, string>> | null
  readonly occurredAt: Date
}

/** Something that changes nothing of the consent, and that people should find. */
export interface ConsentNote {
  readonly consentId: string
  readonly type: 'consent.access_denied'
  readonly actor: 'bank'
  readonly detail: Readonly<Record<string, unknown>>
  readonly now: Date
}

/** How often a caller was handed a consent's tokens in an hour, or in a part of one. */
export interface HandOutCount {
  readonly consentId: string
  readonly callerId: string
  /** When the hour began. */
  readonly hour: Date
  readonly count: number
  /** Of the first few different tokens. */
  readonly fingerprints: readonly string[]
  readonly lastAt: Date
}

/** `unknown`: the code belongs to no finished authorization of the consent, or was used. */
export type ConfirmResult = 'confirmed' | 'account_mismatch' | 'unknown'

/** Consents, their history and what people ask of them. Every call may raise TryLaterError. */
export interface ConsentStore {
  start(input: StartInput): Promise<StartResult>
  startRenewal(authorization: NewAuthorization, actor: string): Promise<boolean>
  /**
   * Begins a chain; resolves the consent it is of. That is another one than `input.consent` where the same token
   * was imported before, and nothing is changed then. Null when the consent to rescue is missing or revoked.
   */
  importChain(input: ImportInput): Promise<string | null>
  find(consentId: string): Promise<ConsentRecord | null>
  list(filter: ConsentFilter, page: ListRequest): Promise<ConsentPage>
  events(consentId: string, page: { limit: number; before: string | null }): Promise<ConsentEvent[]>
  confirm(input: {
    consentId: string
    resultCodeDigest: string
    actor: string
    now: Date
  }): Promise<ConfirmResult>
  /** Ends the consent and deletes its tokens at once; resolves the refresh tokens that were in it, still sealed. */
  revoke(consentId: string, actor: string, now: Date): Promise<RevokedToken[]>
  /** Records what Consent Info told; `unverified`: a rescue still waits for its account. */
  recordAccount(input: {
    consentId: string
    chain: number
    account: LearnedAccount | null
    scopes: readonly string[] | null
    transactionId: string | null
    now: Date
  }): Promise<'recorded' | 'unverified' | 'account_mismatch' | 'superseded'>
  /** Adds to a consent's history, unless its newest event is the same. */
  note(event: ConsentNote): Promise<void>
  /** Rescued consents with a live access token that Consent Info has not shown the account of. */
  unverified(limit: number): Promise<UnverifiedPair[]>
  /** Notes that these consents were asked for; one noted within `everyMs` is left alone. */
  touch(consentIds: readonly string[], at: { now: Date; everyMs: number }): Promise<void>
  /** Adds counts to the consents' histories; `again`, those that an earlier try may have left out. */
  recordHandOuts(counts: readonly HandOutCount[], options: { readonly again: boolean }): Promise<void>
  count(now: Date): Promise<StoreCounts>
  standing(): Promise<Standing>
  /** Consents in use that end soon. */
  endings(now: Date): Promise<Endings>
  hold(bank: string, hold: HoldInput): Promise<void>
  /** Ends a hold and a brake; nothing where there is neither. */
  resume(bank: string, actor: string): Promise<void>
}

export interface HoldInput {
  readonly by: string
  readonly reason: string
  readonly until: Date
}

export interface UnverifiedPair extends PairId {
  readonly accessToken: Sealed
}

export interface RevokedToken extends PairId {
  readonly refreshToken: Sealed
}
