import type { Secret } from './secret.ts'

/** A pair of tokens is known by its chain and version (DESIGN 4.1); only a new pair moves the version. */
export interface PairId {
  readonly consentId: string
  readonly chain: number
  readonly version: number
}

/** Two tokens as the bank gave them (RFC 6749 section 5.1), not yet judged. */
export interface BankTokens {
  readonly accessToken: Secret
  readonly refreshToken: Secret | null
  readonly expiresInSeconds: number | null
  readonly tokenType: string
  readonly scope: string | null
  /** What they are bound to, as `x5t#S256` (RFC 8705 section 3); absent where the bank binds none. */
  readonly certificate?: string
}

export interface RefreshTimes {
  /** REFRESH_MARGIN: how long before its end a token is refreshed at the latest. */
  readonly marginMs: number
  /** REFRESH_IDLE_AFTER: a consent unasked for this long is only kept alive. */
  readonly idleAfterMs: number
  /** REFRESH_KEEPALIVE: how often an idle consent is rotated. */
  readonly keepaliveMs: number
}

const MARGIN_SHARE = 0.2
const JITTER_SHARE = 0.1
const MIN_VALIDITY_SHARE = 0.8
export const DEFAULT_MIN_VALIDITY_SECONDS = 60

/** How long before its end a token of this life is refreshed: the margin, at most a fifth of its life. */
export function refreshMarginMs(ttlMs: number, marginMs: number): number {
  return Math.min(marginMs, ttlMs * MARGIN_SHARE)
}

export interface DueInput {
  readonly obtainedAt: Date
  readonly ttlMs: number
  readonly lastAskedAt: Date
  readonly times: RefreshTimes
  /** 0 to 1, from the clock port: spreads a herd out. */
  readonly chance: number
}

/** When a pair falls due (DESIGN 4.6). Jitter only ever makes it earlier, so nothing is late by design. */
export function refreshDueAt({ obtainedAt, ttlMs, lastAskedAt, times, chance }: DueInput): Date {
  const obtained = obtainedAt.getTime()
  const jitterMs = chance * JITTER_SHARE * ttlMs
  const soon = ttlMs - refreshMarginMs(ttlMs, times.marginMs) - jitterMs
  const idle = obtained - lastAskedAt.getTime() >= times.idleAfterMs
  const afterMs = idle ? Math.max(soon, times.keepaliveMs * (1 - chance * JITTER_SHARE)) : soon
  return new Date(obtained + Math.max(afterMs, 0))
}

/** When the access token ends: never past the consent's own end (DESIGN 4.2). */
export function accessExpiresAt(obtainedAt: Date, ttlSeconds: number, consentExpiresAt: Date | null): Date {
  const end = obtainedAt.getTime() + ttlSeconds * 1000
  return new Date(consentExpiresAt === null ? end : Math.min(end, consentExpiresAt.getTime()))
}

export interface MinValidityInput {
  readonly requestedSeconds: number | undefined
  readonly obtainedAt: Date
  readonly accessExpiresAt: Date
  readonly consentExpiresAt: Date | null
  readonly marginMs: number
  readonly now: Date
}

/** The validity a hand-out must have, in ms: what was asked for, capped so that a fresh token can meet it. */
export function demandedValidityMs(input: MinValidityInput): number {
  const ttlMs = input.accessExpiresAt.getTime() - input.obtainedAt.getTime()
  const byDefault = Math.min(DEFAULT_MIN_VALIDITY_SECONDS * 1000, refreshMarginMs(ttlMs, input.marginMs))
  const asked = input.requestedSeconds === undefined ? byDefault : input.requestedSeconds * 1000
  const left =
    input.consentExpiresAt === null ? asked : input.consentExpiresAt.getTime() - input.now.getTime()
  return Math.min(asked, ttlMs * MIN_VALIDITY_SHARE, left)
}

/** Full jitter (between nothing and the doubled ceiling), so that a fleet does not knock in step. */
export function backoffMs(failures: number, chance: number): number {
  const ceiling = Math.min(60_000, 500 * 2 ** Math.min(failures, 10))
  return Math.round(ceiling * chance)
}
