import { assertMayUse, assertPermission, type Caller } from './caller.ts'
import type { ConsentRecord, StoredTokens } from './consent-store.ts'
import {
  assertHandOutAllowed,
  type HandOut,
  nothingToHandOut,
  type OpenedTokens,
  refreshState,
  toHandOut,
} from './hand-out.ts'
import type { CoreSettings, Ports } from './ports.ts'
import type { Rotator } from './rotator.ts'
import { createRowWatch } from './row-watch.ts'
import type { Secret } from './secret.ts'
import type { TokenReader } from './token-reader.ts'
import { demandedValidityMs } from './tokens.ts'
import { withinMs } from './within.ts'

export interface TokenRequest {
  /** Whole seconds the token must still live. */
  readonly minValiditySeconds?: number
  /** The token that the bank answered 401 to. */
  readonly rejectedToken?: Secret
}

export type GetToken = (caller: Caller, consentId: string, request: TokenRequest) => Promise<HandOut>

const REJECTION_EVERY_MS = 30_000
const WAIT_MARGIN_MS = 1_000

/**
 * Hands out a live access token: from this process's cache, else the row, else by rotating (DESIGN section 5).
 * Raises the problems of section 8; `bank_unavailable` only when no live token is left.
 */
export function createGetToken(
  ports: Ports,
  settings: CoreSettings,
  { rotator, reader }: { rotator: Rotator; reader: TokenReader },
): GetToken {
  const { clock } = ports
  const watch = createRowWatch(ports)

  return async (caller, consentId, request) => {
    assertPermission(caller, 'tokens')
    const opened = await read(caller, consentId, request)
    const handOut = await (request.rejectedToken === undefined
      ? serve(opened, request)
      : serveAfterRejection(opened, request.rejectedToken))
    reader.asked(consentId)
    return handOut
  }

  async function read(caller: Caller, consentId: string, request: TokenRequest): Promise<Readable> {
    const cached = request.rejectedToken === undefined ? reader.cached(consentId) : null
    if (cached !== null && satisfies(cached, request) && !isDue(cached.tokens)) {
      return permitted(caller, cached)
    }
    return permitted(caller, await reader.read(consentId))
  }

  function permitted(caller: Caller, readable: Readable): Readable {
    assertMayUse(caller, readable.record.consent)
    assertHandOutAllowed(readable.record, clock.now())
    return readable
  }

  function isDue(tokens: StoredTokens): boolean {
    return tokens.dueAt !== null && tokens.dueAt <= clock.now()
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

  async function serve(readable: Readable, request: TokenRequest): Promise<HandOut> {
    if (isOpened(readable) && (readable.stale === true || satisfies(readable, request))) return give(readable)
    const after = await rotate(readable.record, null)
    return isOpened(after) && isAlive(after) ? give(after) : refuse(after.record)
  }

  async function serveAfterRejection(readable: Readable, rejected: Secret): Promise<HandOut> {
    const { vault } = ports
    const current = isOpened(readable) && vault.digest(readable.accessToken) === vault.digest(rejected)
    if (!current) return serve(readable, {})
    const after = await rotate(readable.record, REJECTION_EVERY_MS)
    return isOpened(after) && isAlive(after) ? give(after) : refuse(after.record)
  }

  function give(opened: OpenedTokens & { stale?: boolean }): HandOut {
    return toHandOut(opened, opened.stale === true ? 'delayed' : refreshState(opened.record, clock.now()))
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
    const rotation = withinMs(
      clock,
      settle(tokens, rejectionEveryMs),
      settings.bankTimeoutMs + WAIT_MARGIN_MS,
    )
    const fresh = (await rotation) ?? null
    if (fresh !== null && fresh.kind === 'rotated') return reader.adopt(record, fresh.pair)
    const after = await reader.read(record.consent.id)
    assertHandOutAllowed(after.record, clock.now())
    return after
  }

  async function settle(tokens: StoredTokens, rejectionEveryMs: number | null) {
    const rotation = await rotator.demand({ pair: tokens, rejectionEveryMs })
    if (rotation.kind === 'not_claimed') await watch(tokens)
    return rotation
  }
}

/** A record with its access token opened, or without one that could be. */
export type Readable = (OpenedTokens & { readonly stale?: boolean }) | { readonly record: ConsentRecord }

function isOpened(readable: Readable): readable is OpenedTokens & { stale?: boolean } {
  return 'accessToken' in readable
}
