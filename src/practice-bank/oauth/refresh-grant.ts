import type { Answer } from '../answer.ts'
import type { BankState } from '../bank-state.ts'
import type { Presentation } from '../ledger.ts'
import type { Parameters } from '../parameters.ts'
import { splitScopes } from '../scopes.ts'
import type { Grant } from './grants.ts'
import { description, granted, refused } from './token-answers.ts'

/** Rolls a refresh token: a new pair, and the presented token is spent (ABNAMRO.md §3). */
export function refreshGrant(
  state: BankState,
  { values }: Parameters,
  presentation: Presentation | undefined,
): Answer {
  if (presentation === undefined) return refused('invalid_request', 'refresh_token parameter is required')
  const { refreshToken } = presentation
  const grant = state.grants.ofRefreshToken(refreshToken)
  const standing = grant === undefined ? undefined : standingOf(state, grant, refreshToken)
  const scopes = grant === undefined ? [] : narrowed(grant, values.scope)
  state.book.decide(presentation, standing === undefined || scopes === undefined ? 'refused' : standing)
  if (grant === undefined || standing === undefined) return refusedToken(state, grant)
  if (scopes === undefined) return refused('invalid_scope', description.scope)
  return roll(state, grant, { presentation, scopes })
}

/** Tells whether a refresh token of a grant is good: the current one, or the one before in its grace. */
export function standingOf(
  state: BankState,
  grant: Grant,
  refreshToken: string,
): 'rotated' | 'grace' | undefined {
  if (!state.grants.isLive(grant)) return undefined
  if (refreshToken === grant.currentRefreshToken) return 'rotated'
  const inGrace = state.now() < grant.rolledAt + state.settings.gracePeriodMs
  return refreshToken === grant.rolledRefreshToken && inGrace ? 'grace' : undefined
}

/** Reads the scope of a refresh: less is given, more is refused, none means all (RFC 6749 §6). */
function narrowed(grant: Grant, scope: string | undefined): readonly string[] | undefined {
  if (scope === undefined) return grant.scopes
  const scopes = splitScopes(scope)
  return scopes.every((one) => grant.scopes.includes(one)) ? scopes : undefined
}

function refusedToken(state: BankState, grant: Grant | undefined): Answer {
  if (grant !== undefined && state.settings.revokeGrantOnReuse) state.grants.revoke({ grantId: grant.id })
  return refused('invalid_grant', description.refreshToken)
}

function roll(
  state: BankState,
  grant: Grant,
  { presentation, scopes }: { presentation: Presentation; scopes: readonly string[] },
): Answer {
  // The grace runs from the first roll: replays inside it do not prolong it.
  if (presentation.refreshToken === grant.currentRefreshToken) {
    grant.rolledRefreshToken = presentation.refreshToken
    grant.rolledAt = state.now()
  }
  const pair = state.grants.issue(grant, scopes)
  presentation.issued = pair
  return granted({
    access_token: pair.accessToken,
    refresh_token: pair.refreshToken,
    token_type: 'Bearer',
    expires_in: state.settings.accessTokenTtlSeconds,
  })
}
