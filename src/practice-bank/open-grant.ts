import type { BankState } from './bank-state.ts'
import type { Consent } from './grants.ts'
import type { PracticeBankSettings } from './options.ts'

/** Tells which of the scopes a bank in this mood grants (RFC 6749 §3.3: less than asked for is allowed). */
export function grantedScopesOf(
  { grantedScopes }: PracticeBankSettings,
  asked: readonly string[],
): readonly string[] {
  return grantedScopes === null ? asked : asked.filter((scope) => grantedScopes.includes(scope))
}

/** Opens the grant of a consent, with the scopes the bank grants. */
export function openGrant({ grants, settings }: BankState, consent: Consent) {
  return grants.open({ ...consent, scopes: grantedScopesOf(settings, consent.scopes) })
}
