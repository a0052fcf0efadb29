import type { Caller } from './caller.ts'
import { RequestError, TryLaterError } from './errors.ts'
import { assertAllowed } from './permissions.ts'
import type { CoreSettings, Ports } from './ports.ts'
import type { Secret } from './secret.ts'
import type { Slots } from './slots.ts'
import { withinMs } from './within.ts'

export interface ClientToken {
  readonly accessToken: Secret
  /** Keyed hash of the access token, for the audit line. */
  readonly fingerprint: string
  readonly tokenType: string
  readonly expiresAt: Date
  readonly scope: string
}

interface Kept {
  readonly token: ClientToken
  readonly useUntil: Date
  readonly boundTo: string | null
}

/** A token this close to its end is asked for anew. */
const SPARE_MS = 60_000
const SPARE_SHARE = 0.2
const RETRY_AFTER_SECONDS = 5
/** A bank has a handful of such scopes, but their names can be put in many orders. */
const MOST_KEPT = 100

/**
 * Gets tokens of the client's own (RFC 6749 section 4.4) for registering payments. Kept in memory only,
 * to their end; those who ask at once share one call, which goes on when they no longer wait for it.
 * Raises `invalid_request`; `bank_unavailable` only when no live token is left.
 */
export function createClientTokens(
  ports: Ports,
  { bankTimeoutMs }: Pick<CoreSettings, 'bankTimeoutMs'>,
  slots: Slots,
) {
  const { bank, clock, log, vault } = ports
  const current = new Map<string, Kept>()
  const inFlight = new Map<string, Promise<ClientToken>>()

  async function get(caller: Caller, scope: string): Promise<ClientToken> {
    assertAllowed(caller, 'getClientToken')
    const known = current.get(scope)
    const usable = known?.boundTo === bank.boundTo() && known.useUntil > clock.now()
    if (usable) return known.token
    try {
      return await renewed(scope)
    } catch (error) {
      if (known !== undefined && known.token.expiresAt > clock.now()) return known.token
      throw error
    }
  }

  async function renewed(scope: string): Promise<ClientToken> {
    const token = await withinMs(clock, inFlight.get(scope) ?? begin(scope), bankTimeoutMs)
    if (token === undefined) throw new TryLaterError('bank_unavailable', RETRY_AFTER_SECONDS)
    return token
  }

  function begin(scope: string): Promise<ClientToken> {
    const flight = fetch(scope).finally(() => inFlight.delete(scope))
    inFlight.set(scope, flight)
    return flight
  }

  async function fetch(scope: string): Promise<ClientToken> {
    const problem = bank.clientScopeProblem(scope)
    if (problem !== null) throw new RequestError('scope', problem)
    const release = await slots.acquire()
    const askedAt = clock.now()
    const outcome = await bank.clientToken(scope).finally(release)
    if (outcome.kind !== 'granted') {
      log.warn({ scope, outcome: outcome.kind, reason: outcome.reason }, 'client token not given')
      throw new TryLaterError('bank_unavailable', RETRY_AFTER_SECONDS)
    }
    const { tokens } = outcome
    const ttlMs = (tokens.expiresInSeconds ?? bank.defaultExpiresInSeconds) * 1000
    const token = {
      accessToken: tokens.accessToken,
      fingerprint: vault.fingerprint(tokens.accessToken),
      tokenType: tokens.tokenType,
      expiresAt: new Date(askedAt.getTime() + ttlMs),
      scope: tokens.scope ?? scope,
    }
    const spareMs = Math.min(SPARE_MS, ttlMs * SPARE_SHARE)
    const useUntil = new Date(token.expiresAt.getTime() - spareMs)
    keep(scope, { token, useUntil, boundTo: tokens.certificate ?? null })
    return token
  }

  function keep(scope: string, entry: Kept): void {
    current.delete(scope)
    current.set(scope, entry)
    const [oldest] = current.size > MOST_KEPT ? current.keys() : []
    if (oldest !== undefined) current.delete(oldest)
  }

  return get
}
