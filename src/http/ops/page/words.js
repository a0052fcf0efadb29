/** The statuses of a consent in the order people ask for them, and how each is shown. */
export const STATUSES = /** @type {const} */ ({
  active: { label: 'Active', tone: 'good' },
  reauthorization_required: { label: 'Reauthorization required', tone: 'bad' },
  pending: { label: 'Pending', tone: 'info' },
  expired: { label: 'Expired', tone: 'plain' },
  revoked: { label: 'Revoked', tone: 'plain' },
  rejected: { label: 'Rejected', tone: 'plain' },
  abandoned: { label: 'Abandoned', tone: 'plain' },
  failed: { label: 'Failed', tone: 'warn' },
})

/** @type {Record<string, { label: string, tone: string }>} */
export const ATTENTION = {
  act: { label: 'Act', tone: 'bad' },
  watch: { label: 'Watch', tone: 'warn' },
  none: { label: 'Fine', tone: 'plain' },
}

/** Why the gate before the bank is closed. @type {Record<string, string>} */
export const GATE_REASONS = {
  bank_failing: 'The bank’s answers are lost.',
  bank_refuses_us: 'The bank refuses our certificate or client id.',
  database_changed: 'The database failed over or was restored.',
  refusal_brake: 'The bank refused too many tokens at once. Only resuming ends this.',
}

/** @type {Record<string, string>} */
const EVENTS = {
  'consent.started': 'Started',
  'consent.activated': 'Active: the bank gave tokens',
  'consent.imported': 'Imported from another system',
  'consent.confirmed': 'Confirmed by its caller',
  'consent.renewed': 'Renewed',
  'consent.recovered': 'Recovered',
  'consent.revoked': 'Revoked',
  'consent.rejected': 'Rejected',
  'consent.expired': 'Expired',
  'consent.failed': 'Failed',
  'consent.abandoned': 'Abandoned: the customer never came back',
  'consent.reauthorization_required': 'Reauthorization required',
  'consent.erased': 'Personal data erased',
  'consent.rekeyed': 'Sealed under a new key',
  'consent.scopes_narrowed': 'The bank granted less than was asked for',
  'consent.access_denied': 'The bank denied access',
  'consent.account_mismatch': 'The bank told another account',
  'consent.transaction_mismatch': 'The bank told another payment',
  'authorization.received': 'The customer came back from the bank',
  'authorization.failed': 'The authorization failed',
  'renewal.started': 'Renewal started',
  'renewal.failed': 'Renewal failed',
  'renewal.refused': 'Renewal refused',
  'renewal.rejected': 'Renewal rejected by the customer',
  'renewal.abandoned': 'Renewal abandoned',
  'rotation.uncertain': 'A rotation’s answer was lost',
  'rotation.unconfirmed': 'A refusal that is not confirmed yet',
  'tokens.handed_out': 'Tokens handed out',
  'gate.closed': 'Closed',
  'gate.opened': 'Opened',
  'gate.braked': 'Braked: too many refusals',
  'gate.held': 'Held by hand',
  'gate.resumed': 'Resumed by hand',
}

const TROUBLE = /failed|refused|mismatch|denied|uncertain|unconfirmed|required|closed|braked|narrowed/
const GOOD = /activated|recovered|renewed|confirmed|opened|resumed/

/** @param {string} type of an event */
export const eventLabel = (type) => EVENTS[type] ?? inWords(type.replace('.', ': '))

/** @param {string} type of an event */
export function eventTone(type) {
  if (TROUBLE.test(type)) return 'bad'
  return GOOD.test(type) ? 'good' : 'plain'
}

/**
 * `rotation_lost` as `rotation lost`.
 * @param {string} word
 */
export const inWords = (word) => word.replaceAll('_', ' ')
