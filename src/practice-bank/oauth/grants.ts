import { randomUUID } from 'node:crypto'
import { opaque, opaqueLength } from '../opaque.ts'
import type { PracticeBankSettings } from '../options.ts'

/** What the customer authorised: one account, one chain of refresh tokens. */
export interface Consent {
  readonly clientId: string
  readonly iban: string
  readonly scopes: readonly string[]
  readonly transactionId: string | null
  readonly authorizedAt: number
  readonly endsAt: number
}

/** A consent with the tokens the bank remembers of it. */
export interface Grant extends Consent {
  readonly id: string
  readonly pairs: TokenPair[]
  currentRefreshToken: string
  rolledRefreshToken: string | null
  rolledAt: number
  revokedAt: number | null
}

/** What one token answer hands out. */
export interface TokenPair {
  readonly accessToken: string
  readonly refreshToken: string
}

/** What the bank knows of an access token; no grant stands behind one made for the client itself. */
export interface AccessToken {
  readonly grant: Grant | null
  readonly scopes: readonly string[]
  readonly endsAt: number
}

/** Which grants to end: the one of a refresh token, the one of an id, or all of an account. */
export type GrantSelector = { refreshToken: string } | { grantId: string } | { iban: string }

export type Grants = ReturnType<typeof createGrants>

interface GrantsParts {
  readonly settings: PracticeBankSettings
  readonly now: () => number
  /** How many pairs of a grant stay known; older tokens are then unknown, which bounds the memory. */
  readonly pairsKept: number
}

const clientTokensKept = 10_000

/** Makes the bank's memory of grants and tokens. */
export function createGrants({ settings, now, pairsKept }: GrantsParts) {
  const grants = new Map<string, Grant>()
  const byRefreshToken = new Map<string, Grant>()
  const accessTokens = new Map<string, AccessToken>()
  const clientTokens = new Map<string, AccessToken>()

  const accessEndsAt = () => now() + settings.accessTokenTtlSeconds * 1000

  function issue(grant: Grant, scopes: readonly string[]): TokenPair {
    const pair = {
      accessToken: opaque(opaqueLength.accessToken),
      refreshToken: opaque(opaqueLength.refreshToken),
    }
    grant.currentRefreshToken = pair.refreshToken
    grant.pairs.push(pair)
    byRefreshToken.set(pair.refreshToken, grant)
    accessTokens.set(pair.accessToken, { grant, scopes, endsAt: accessEndsAt() })
    if (grant.pairs.length > pairsKept) forget(grant.pairs.shift())
    return pair
  }

  function forget(pair: TokenPair | undefined): void {
    if (pair === undefined) return
    byRefreshToken.delete(pair.refreshToken)
    accessTokens.delete(pair.accessToken)
  }

  function open(consent: Consent): { grant: Grant; pair: TokenPair } {
    const grant: Grant = {
      ...consent,
      id: randomUUID(),
      pairs: [],
      currentRefreshToken: '',
      rolledRefreshToken: null,
      rolledAt: 0,
      revokedAt: null,
    }
    grants.set(grant.id, grant)
    return { grant, pair: issue(grant, grant.scopes) }
  }

  function issueClientToken(scopes: readonly string[]): string {
    const token = opaque(opaqueLength.clientAccessToken)
    clientTokens.set(token, { grant: null, scopes, endsAt: accessEndsAt() })
    if (clientTokens.size > clientTokensKept) clientTokens.delete(clientTokens.keys().next().value ?? '')
    return token
  }

  const isLive = (grant: Grant) => grant.revokedAt === null && now() < grant.endsAt

  function liveAccessToken(token: string): AccessToken | undefined {
    const found = accessTokens.get(token) ?? clientTokens.get(token)
    if (found === undefined || now() >= found.endsAt) return undefined
    return found.grant === null || isLive(found.grant) ? found : undefined
  }

  function revokeAccessToken(token: string): void {
    accessTokens.delete(token)
    clientTokens.delete(token)
  }

  function select(selector: GrantSelector): Grant[] {
    if ('iban' in selector) return [...grants.values()].filter((grant) => grant.iban === selector.iban)
    const grant =
      'grantId' in selector ? grants.get(selector.grantId) : byRefreshToken.get(selector.refreshToken)
    return grant === undefined ? [] : [grant]
  }

  function revoke(selector: GrantSelector): number {
    const live = select(selector).filter(isLive)
    for (const grant of live) grant.revokedAt = now()
    return live.length
  }

  return {
    open,
    issue,
    issueClientToken,
    isLive,
    liveAccessToken,
    select,
    revoke,
    revokeAccessToken,
    ofRefreshToken: (token: string) => byRefreshToken.get(token),
    ofAnyToken: (token: string) => byRefreshToken.get(token) ?? accessTokens.get(token)?.grant ?? undefined,
  }
}
