import type { Caller } from './caller.ts'
import type { Consent } from './consent.ts'
import type { ConsentRecord, StoredTokens } from './consent-store.ts'
import { TryLaterError } from './errors.ts'
import {
  assertHandOutAllowed,
  type HandOut,
  isOpened,
  mayAnswerFromMemory,
  nothingToHandOut,
  type OpenedTokens,
  type Readable,
  type RefreshState,
  refreshState,
  toHandOut,
} from './hand-out.ts'
import type { HandOutCounts } from './hand-out-counts.ts'
import { assertAllowed, assertReaches } from './permissions.ts'
import type { CoreSettings, Ports } from './ports.ts'
import type { RotationDemand, Rotator } from './rotator.ts'
import { createRowWatch } from './row-watch.ts'
import type { Secret } from './secret.ts'
import type { TokenReader } from './token-reader.ts'
import { demandedValidityMs } from './tokens.ts'
import { createWaitingRoom } from './waiting-room.ts'
import { withinMs } from './within.ts'

export interface TokenRequest {
  /** Whole seconds the token must still live. */
  readonly minValiditySeconds?: number
  /** The token that the bank answered 401 to. */
  readonly rejectedToken?: Secret
}

export type GetToken = (caller: Caller, consentId: string, request: TokenRequest) => Promise<HandOut>

/** A token that may be handed out now, and how its rotation stands. */
export interface LiveToken {
  readonly opened: OpenedTokens
  readonly refreshState: RefreshState
}

/** `permit` raises what keeps the caller from the consent, before anything is done for them. */
export type GetLiveToken = (
  consentId: string,
  request: TokenRequest,
  permit: (consent: Consent) => void,
) => Promise<LiveToken>

/** How often a consent's token is rotated at most because the bank rejected it. */
export const REJECTION_EVERY_MS = 30_000

/**
 * Callers that wait for a rotation at once: a thousand of one stale consent, and fewer than the internal listener has
 * room for, or living tokens would be refused while the bank hangs.
 */
const MOST_WAITING = 1_500

/** Hands out a live access token to a caller that may use it (DESIGN sections 5 and 7). */
export function createGetToken(
  getLiveToken: GetLiveToken,
  { count }: Pick<HandOutCounts, 'count'>,
): GetToken {
  return async (caller, consentId, request) => {
    assertAllowed(caller, 'getToken')
    const permit = (consent: Consent) => assertReaches(caller, 'getToken', consent)
    const { opened, refreshState } = await getLiveToken(consentId, request, permit)
    const handOut = toHandOut(opened, refreshState)
    count(caller.id, handOut)
    return handOut
  }
}

/**
 * Gets a live access token: from this process's cache, else the row, else by rotating (DESIGN section 5).
 * Raises the problems of section 8; `bank_unavailable` only when no live token is left.
 */
export function createGetLiveToken(
  ports: Ports,
  settings: CoreSettings,
  { rotator, reader }: { rotator: Rotator; reader: TokenReader },
): GetLiveToken {
  const { bank, clock, meter } = ports
  const watch = createRowWatch(ports, settings.bankTimeoutMs)
  const waitingRoom = createWaitingRoom(MOST_WAITING)

  return async (consentId, request, permit) => {
    const readable = await read(consentId, request)
    permit(readable.record.consent)
    assertHandOutAllowed(readable.record, clock.now())
    const live = await (request.rejectedToken === undefined
      ? serve(readable, request)
      : serveAfterRejection(readable, request.rejectedToken))
    reader.asked(consentId)
    return live
  }

  async function read(consentId: string, request: TokenRequest): Promise<Readable> {
    // A rejected token is compared with the row, never with what this process remembers of it.
    if (request.rejectedToken !== undefined) return reader.readRow(consentId)
    const cached = reader.cached(consentId)
    const usable = cached !== null && mayAnswerFromMemory(cached.record, clock.now())
    const isHit = usable && satisfies(cached, request) && !isOutdated(cached.tokens)
    meter.cacheAsked(isHit ? 'hit' : 'miss')
    return isHit ? cached : reader.read(consentId)
  }

  /** Another replica may have rotated it: because it is due, or since our certificate changed. */
  function isOutdated({ dueAt, certificate }: StoredTokens): boolean {
    const ours = bank.boundTo()
    return (dueAt !== null && dueAt <= clock.now()) || (ours !== null && certificate !== ours)
  }

  function satisfies({ record, tokens }: OpenedTokens, request: TokenRequest): boolean {
    const now = clock.now()
    const needMs = demandedValidityMs({
      requestedSeconds: request.minValiditySeconds,
      obtainedAt: tokens.obtainedAt,
      accessExpiresAt: tokens.accessExpiresAt,
      consentExpiresAt: record.consent.expiresAt,
      marginMs: settings.refreshTimes.marginMs,
      now,
    })
    const leftMs = tokens.accessExpiresAt.getTime() - now.getTime()
    return leftMs > 0 && leftMs >= needMs
  }

  async function serve(readable: Readable, request: TokenRequest): Promise<LiveToken> {
    if (isOpened(readable) && (readable.stale === true || satisfies(readable, request))) return give(readable)
    return rotateAndGive(readable, null)
  }

  async function serveAfterRejection(readable: Readable, rejected: Secret): Promise<LiveToken> {
    const { vault } = ports
    const current = isOpened(readable) && vault.digest(readable.accessToken) === vault.digest(rejected)
    if (!current) return serve(readable, {})
    return rotateAndGive(readable, REJECTION_EVERY_MS)
  }

  /** A live token is handed out, whatever became of the rotation, the bank or the database. */
  async function rotateAndGive(readable: Readable, rejectionEveryMs: number | null): Promise<LiveToken> {
    const rotating = waitingRoom(() => rotate(readable.record, rejectionEveryMs))
    const after = await rotating.catch((error: unknown) => {
      const live = isOpened(readable) && isAlive(readable)
      if (live && error instanceof TryLaterError) return { ...readable, stale: true }
      throw error
    })
    return isOpened(after) && isAlive(after) ? give(after) : refuse(after.record)
  }

  function give(opened: OpenedTokens & { stale?: boolean }): LiveToken {
    const isStale = opened.stale === true
    return { opened, refreshState: isStale ? 'delayed' : refreshState(opened.record, clock.now()) }
  }

  function refuse(record: ConsentRecord): never {
    assertHandOutAllowed(record, clock.now())
    throw nothingToHandOut(record, clock.now())
  }

  function isAlive({ tokens }: OpenedTokens): boolean {
    return tokens.accessExpiresAt > clock.now()
  }

  /** Rotates, or waits for whoever does; then reads what there is, in time for the caller's deadline. */
  async function rotate(record: ConsentRecord, rejectionEveryMs: number | null): Promise<Readable> {
    const { tokens } = record
    if (tokens === null || record.consent.status !== 'active') return reader.open(record)
    const rotated = rotateOrWait(record, { pair: tokens, rejectionEveryMs })
    const fresh = (await withinMs(clock, rotated, settings.bankTimeoutMs)) ?? null
    if (fresh !== null) return fresh
    const after = await reader.read(record.consent.id)
    assertHandOutAllowed(after.record, clock.now())
    return after
  }

  /** Null where this process gets no new pair. One that comes too late for the caller is adopted all the same. */
  async function rotateOrWait(record: ConsentRecord, demand: RotationDemand): Promise<Readable | null> {
    const rotation = await rotator.demand(demand)
    if (rotation.kind === 'rotated') return reader.adopt(record, rotation.pair)
    if (rotation.kind === 'not_claimed') await watch(demand.pair)
    return null
  }
}
