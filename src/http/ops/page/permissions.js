/** @import { Caller, Consent } from '../types.ts' */

// What the broker itself decides: here only so that nobody is offered what would be refused.

/** @param {Caller} caller */
export const isOperator = (caller) => caller.permissions.includes('ops')

/** @param {Caller} caller */
export const seesConsents = (caller) => isOperator(caller) || caller.permissions.includes('consents:read')

/**
 * Why the caller may not renew or revoke a consent; null where it may.
 * @param {Caller} caller
 * @param {Pick<Consent, 'owner'>} consent
 */
export function whyNotWrite(caller, consent) {
  if (!caller.permissions.includes('consents:write')) return 'Your key has no consents:write permission.'
  if (consent.owner === caller.id || isOperator(caller)) return null
  return `It belongs to ${consent.owner}: your key needs the ops permission as well.`
}

const OVER_FOR_GOOD = ['revoked', 'rejected', 'failed', 'abandoned']

/**
 * Why a consent can't be renewed, whoever asks; null where it can.
 * @param {Consent} consent
 */
export function whyNotRenewable({ erased_at, status }) {
  if (erased_at !== null) return 'Its personal data were erased: start a new consent.'
  if (OVER_FOR_GOOD.includes(status)) return 'It is over for good: start a new consent.'
  return status === 'pending' ? 'Its first authorization has not ended yet.' : null
}
