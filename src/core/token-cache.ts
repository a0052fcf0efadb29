import type { ChangeFeed } from './change-feed.ts'
import type { OpenedTokens } from './hand-out.ts'
import type { PairId } from './tokens.ts'

export interface TokenCache {
  /** Null where nothing is cached, or what is cached can't be trusted. */
  get(consentId: string): OpenedTokens | null
  /** What is cached though it can't be trusted: for when the row can't be read. */
  lastKnown(consentId: string): OpenedTokens | null
  /** To be taken before the read that fills the cache. */
  epoch(): number
  /** Caches unless the consent was invalidated since `epoch`, or a newer pair is cached by now. */
  put(opened: OpenedTokens, epoch: number): void
  /** Takes out what the row no longer bears out. */
  forget(consentId: string): void
  drop(consentId: string): void
  size(): number
}

export interface TokenCacheOptions {
  readonly maxEntries: number
  readonly enabled: boolean
  readonly changes: ChangeFeed
}

/** Holds opened access tokens, never refresh tokens, of the consents asked for last; bounded. */
export function createTokenCache({ maxEntries, enabled, changes }: TokenCacheOptions): TokenCache {
  const entries = new Map<string, OpenedTokens>()
  /** When each consent was last invalidated; the oldest are forgotten, and count for all. */
  const changedAt = new Map<string, number>()
  let epoch = 0
  let allChangedAt = 0

  function invalidate(consentId: string | null): void {
    epoch += 1
    if (consentId === null) invalidateAll()
    else invalidateOne(consentId)
  }

  function invalidateAll(): void {
    entries.clear()
    changedAt.clear()
    allChangedAt = epoch
  }

  function invalidateOne(consentId: string): void {
    entries.delete(consentId)
    changedAt.delete(consentId)
    changedAt.set(consentId, epoch)
    const [oldest] = changedAt.size > maxEntries ? changedAt : []
    if (oldest === undefined) return
    changedAt.delete(oldest[0])
    allChangedAt = oldest[1]
  }

  /** Whether what was read then is known not to have changed since. */
  function isUnchangedSince(consentId: string, readAtEpoch: number): boolean {
    return readAtEpoch >= Math.max(allChangedAt, changedAt.get(consentId) ?? 0)
  }

  function lastKnown(consentId: string): OpenedTokens | null {
    const entry = entries.get(consentId)
    if (entry === undefined) return null
    // Set again to move it to the young end: the oldest entry is the one evicted.
    entries.delete(consentId)
    entries.set(consentId, entry)
    return entry
  }

  function put(opened: OpenedTokens, readAtEpoch: number): void {
    const { id } = opened.record.consent
    const known = entries.get(id)
    // A row may have been read before the pair was saved that is here already.
    const outdated = known !== undefined && succeeds(known.tokens, opened.tokens)
    if (outdated || !isUnchangedSince(id, readAtEpoch)) return
    entries.delete(id)
    entries.set(id, opened)
    const oldest = entries.size > maxEntries ? entries.keys().next().value : undefined
    if (oldest !== undefined) entries.delete(oldest)
  }

  changes.onChange(invalidate)
  return {
    get: (consentId) => (enabled && changes.healthy() ? lastKnown(consentId) : null),
    lastKnown,
    epoch: () => epoch,
    put,
    forget: (consentId) => void entries.delete(consentId),
    drop: invalidate,
    size: () => entries.size,
  }
}

/** Whether a pair is a later one of the same chain. */
export function succeeds(pair: PairId, former: PairId): boolean {
  return pair.chain === former.chain && pair.version > former.version
}
