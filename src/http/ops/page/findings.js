/** @import { Certificate, Consent, Status } from '../types.ts' */
import { apart, counted, lasting } from './format.js'
import { listHref } from './route.js'
import { GATE_REASONS } from './words.js'

// Where the broker's own log and the alerts begin to warn.
const LAG_SECONDS = 300
const SKEW_SECONDS = 2
/** Days before its end at which a certificate is told of, and is urgent. */
export const BANK_DAYS = { soon: 30, urgent: 7 }
/** Its issuer may give it for days only. */
export const LISTENER_DAYS = { soon: 7, urgent: 1 }

/** @typedef {{ tone: 'bad' | 'warn', text: string, href?: string, isOfConsents?: boolean }} Finding */

/**
 * What somebody on call would want to be told first, the worst on top.
 * @param {Status} status
 * @param {Consent[]} first those that need attention most
 * @returns {Finding[]}
 */
export function findings(status, first) {
  const found = [
    ...ofRefreshing(status),
    ...ofAnswers(status),
    ...ofCertificate('The client certificate for the bank', status.bank_certificate, BANK_DAYS),
    ...ofCertificate('The certificate of the internal listener', status.internal_certificate, LISTENER_DAYS),
    ...ofClocks(status),
    ...ofWebhooks(status),
    ...ofConsents(first, status),
  ]
  return found.sort((one, other) => Number(other.tone === 'bad') - Number(one.tone === 'bad'))
}

/** @param {Status} status @returns {Finding[]} */
function ofRefreshing({ refresh: { hold, gate, lag_seconds, due } }) {
  /** @type {Finding[]} */
  const found = []
  if (hold !== null) found.push({ tone: 'warn', text: `Refreshing is held by ${hold.by}: ${hold.reason}` })
  if (!gate.open) {
    const reason = GATE_REASONS[gate.reason ?? ''] ?? gate.reason ?? ''
    found.push({ tone: 'bad', text: `Refreshing has stopped. ${reason}` })
  }
  if (lag_seconds > LAG_SECONDS) {
    const text = `Refreshing is behind: ${counted(due, 'rotation')} due, the oldest for ${lasting(lag_seconds)}.`
    found.push({ tone: 'bad', text })
  }
  return found
}

/** @param {Status} status @returns {Finding[]} */
function ofAnswers({ spool: { unsaved, waiting, set_aside } }) {
  /** @type {Finding[]} */
  const found = []
  if (set_aside > 0)
    found.push({
      tone: 'bad',
      text: `${counted(set_aside, 'answer')} of the bank in SPOOL_DIR could not be replayed; the log says why.`,
    })
  if (unsaved + waiting > 0)
    found.push({
      tone: 'bad',
      text: `${counted(unsaved + waiting, 'answer')} of the bank could not be written to the database yet.`,
    })
  return found
}

/**
 * @param {string} which
 * @param {Certificate} certificate
 * @param {typeof BANK_DAYS} days
 * @returns {Finding[]}
 */
function ofCertificate(which, certificate, { soon, urgent }) {
  if (certificate === null || certificate.days_left >= soon) return []
  const { days_left } = certificate
  const text = days_left < 0 ? `${which} has ended.` : `${which} ends in ${counted(days_left, 'day')}.`
  return [{ tone: days_left < urgent ? 'bad' : 'warn', text }]
}

/** @param {Status} status @returns {Finding[]} */
function ofClocks({ clock }) {
  return [...ofClock('database', clock.database_skew_seconds), ...ofClock('bank', clock.bank_skew_seconds)]
}

/**
 * @param {string} whose
 * @param {number | null} skew
 * @returns {Finding[]}
 */
function ofClock(whose, skew) {
  if (skew === null || Math.abs(skew) <= SKEW_SECONDS) return []
  return [{ tone: 'warn', text: `The clock of this replica is ${apart(skew)} the ${whose}’s.` }]
}

/** @param {Status} status @returns {Finding[]} */
function ofWebhooks({ webhooks }) {
  if (webhooks.dead === 0) return []
  const text = `${counted(webhooks.dead, 'webhook')} could not be delivered.`
  return [{ tone: 'bad', text, href: listHref('webhooks', { state: 'dead' }) }]
}

/**
 * @param {Consent[]} first
 * @param {Status} status
 * @returns {Finding[]}
 */
function ofConsents(first, { consents }) {
  const status = 'reauthorization_required'
  const lost = consents[status] ?? 0
  if (lost > 0) {
    const text = `${counted(lost, 'consent')} must be authorized again by the customer.`
    return [{ tone: 'warn', text, href: listHref('consents', { status }), isOfConsents: true }]
  }
  const isNeeded = first.some(({ explanation }) => explanation.attention === 'act')
  const text = 'Some consents need a person.'
  return isNeeded ? [{ tone: 'warn', text, href: '#/consents', isOfConsents: true }] : []
}
