import type { NewPair } from './consent-store.ts'
import type { Ports } from './ports.ts'
import { Secret } from './secret.ts'
import { accessExpiresAt, type BankTokens, type PairId, type RefreshTimes, refreshDueAt } from './tokens.ts'
import { pairVersion } from './vault.ts'

/** A pair just received: the access token in the clear, to be handed out at once. */
export interface FreshPair extends PairId {
  readonly accessToken: Secret
  readonly tokenType: string
  readonly scope: string | null
  readonly obtainedAt: Date
  readonly accessExpiresAt: Date
  readonly dueAt: Date
  readonly certificate: string | null
}

export interface ReceivedPair {
  readonly fresh: FreshPair
  readonly sealed: NewPair
}

export interface ReceiveInput {
  readonly id: PairId
  readonly tokens: BankTokens
  /** Kept where the bank sent no new one (RFC 6749 section 6). */
  readonly formerRefreshToken: Secret | null
  readonly formerScope: string | null
  readonly obtainedAt: Date
  readonly consentExpiresAt: Date | null
  readonly lastAskedAt: Date
  readonly times: RefreshTimes
}

type SealingPorts = Pick<Ports, 'bank' | 'vault' | 'clock'>

/** Turns the bank's raw answer into a pair to store: times computed, both tokens sealed apart. */
export async function receivePair(ports: SealingPorts, input: ReceiveInput): Promise<ReceivedPair> {
  const { id, tokens, obtainedAt } = input
  const ttlSeconds = tokens.expiresInSeconds ?? ports.bank.defaultExpiresInSeconds
  const dueAt = refreshDueAt({
    obtainedAt,
    ttlMs: ttlSeconds * 1000,
    lastAskedAt: input.lastAskedAt,
    times: input.times,
    chance: ports.clock.chance(),
  })
  const fresh: FreshPair = {
    ...id,
    accessToken: tokens.accessToken,
    tokenType: printable(tokens.tokenType) ?? 'Bearer',
    scope: printable(tokens.scope) ?? input.formerScope,
    obtainedAt,
    accessExpiresAt: accessExpiresAt(obtainedAt, ttlSeconds, input.consentExpiresAt),
    dueAt,
    certificate: tokens.certificate ?? null,
  }
  return { fresh, sealed: { ...(await sealBoth(ports, input)), ...withoutToken(fresh) } }
}

function withoutToken({ tokenType, scope, obtainedAt, accessExpiresAt, dueAt, certificate }: FreshPair) {
  return { tokenType, scope, obtainedAt, accessExpiresAt, dueAt, certificate }
}

/** Postgres takes no NUL in a text: the trimmings of an answer must not cost its tokens. */
function printable(text: string | null): string | null {
  return text !== null && /^[\x20-\x7e]+$/.test(text) ? text : null
}

async function sealBoth(ports: SealingPorts, { id, tokens, formerRefreshToken }: ReceiveInput) {
  const refreshToken = tokens.refreshToken ?? formerRefreshToken ?? NO_REFRESH_TOKEN
  return sealPair(ports, id, { accessToken: tokens.accessToken, refreshToken })
}

/** Both tokens of a pair in the clear. */
export interface OpenedPair {
  readonly accessToken: Secret
  readonly refreshToken: Secret
}

type SealedTokens = Pick<NewPair, 'accessToken' | 'refreshToken'>

/** Seals both tokens apart, each bound to its pair. */
export async function sealPair(
  { vault }: Pick<Ports, 'vault'>,
  id: PairId,
  pair: OpenedPair,
): Promise<SealedTokens> {
  const binding = { consentId: id.consentId, version: pairVersion(id) }
  const [accessToken, refreshToken] = await Promise.all([
    vault.seal(pair.accessToken, { ...binding, field: 'access_token' }),
    vault.seal(pair.refreshToken, { ...binding, field: 'refresh_token' }),
  ])
  return { accessToken, refreshToken }
}

/** Opens both tokens; raises VaultError. */
export async function openPair(
  { vault }: Pick<Ports, 'vault'>,
  id: PairId,
  pair: SealedTokens,
): Promise<OpenedPair> {
  const binding = { consentId: id.consentId, version: pairVersion(id) }
  const [accessToken, refreshToken] = await Promise.all([
    vault.open(pair.accessToken, { ...binding, field: 'access_token' }),
    vault.open(pair.refreshToken, { ...binding, field: 'refresh_token' }),
  ])
  return { accessToken, refreshToken }
}

/** A bank that gives none with the code: the access token lives its life, and nothing is presented after it. */
export const NO_REFRESH_TOKEN = new Secret('')
