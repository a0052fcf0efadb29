import type { AuthorizationStore } from './authorization-store.ts'
import type { Bank } from './bank.ts'
import type { CertificateStore } from './bound-tokens.ts'
import type { ChangeFeed } from './change-feed.ts'
import type { Clock } from './clock.ts'
import type { ConsentStore } from './consent-store.ts'
import type { CanaryResult, GateStore } from './gate-store.ts'
import type { LogFields } from './log-fields.ts'
import type { Spool } from './spool.ts'
import type { Housekeeping, HousekeepingResult, ReplayPolicy, TokenStore } from './token-store.ts'
import type { RefreshTimes } from './tokens.ts'
import type { Tracer } from './tracing.ts'
import type { Vault } from './vault.ts'
import type { Receivers, Settlement, WebhookStore, WebhookSummary } from './webhook.ts'

/** Fields and a constant text; pino fits it. */
export interface Log {
  info(fields: LogFields, text: string): void
  warn(fields: LogFields, text: string): void
  error(fields: LogFields, text: string): void
}

/** Everything the core reaches the world through (DESIGN section 2). */
export interface Ports {
  readonly bank: Bank
  readonly consents: ConsentStore
  readonly authorizations: AuthorizationStore
  readonly tokens: TokenStore
  readonly gates: GateStore
  readonly housekeeping: Housekeeping
  readonly certificates: CertificateStore
  readonly webhooks: WebhookStore
  readonly receivers: Receivers
  readonly changes: ChangeFeed
  readonly vault: Vault
  /** Null where SPOOL_DIR is not set. */
  readonly spool: Spool | null
  readonly clock: Clock
  readonly log: Log
  readonly meter: Meter
  readonly tracer: Tracer
}

export type RotationOutcome = 'rotated' | 'not_processed' | 'refused' | 'our_fault' | 'uncertain'

/** Counts what happened; the closed sets of outcomes are the labels (no consent, no caller). */
export interface Meter {
  /** Whether a token that was asked for stood in the cache. */
  cacheAsked(result: 'hit' | 'miss'): void
  rotation(outcome: RotationOutcome, isReplay: boolean): void
  /** How long after it was due a new pair was there. */
  rotatedLate(lateMs: number): void
  /** What time alone has brought about. */
  housekept(done: HousekeepingResult): void
  canary(result: CanaryResult): void
  gate(gate: { open: boolean; held: boolean; score: number; window: number }): void
  /** Answers that the database has not taken yet, and those of them that lie in the spool. */
  answers(state: 'unsaved' | 'spooled', change: number): void
  answerSetAside(): void
  /** An attempt to tell a subscriber. */
  webhook(result: Exclude<Settlement['outcome'], 'released'>): void
  /** What of all subscribers is still to be told, and what was given up. */
  webhooks(summary: WebhookSummary, now: Date): void
}

/** The settings the core decides by; all times in milliseconds. */
export interface CoreSettings {
  /** How long a caller waits for the bank. */
  readonly bankTimeoutMs: number
  /** How long an exchange with the bank may go on. */
  readonly abandonAfterMs: number
  readonly leaseMarginMs: number
  readonly salvageWaitMs: number
  readonly refreshReplay: ReplayPolicy
  readonly maxConcurrency: number
  /** 0: no limit. */
  readonly maxPerSecond: number
  readonly authorizationExpiresAfterMs: number
  /** How long after its end a consent's personal data are erased; null: never. */
  readonly retentionMs: number | null
  readonly publicUrl: string
  readonly returnUrlOrigins: readonly string[]
  readonly bindUserAgent: boolean
  readonly refreshTimes: RefreshTimes
  readonly tokenCache: boolean
  /** Over how long tokens bound to a former certificate are refreshed. */
  readonly certificateSpreadMs: number
  /** How long a webhook's receiver has to answer. */
  readonly webhookTimeoutMs: number
}
