/** @import { Consent } from '../types.ts' */
/** @import { Child } from './dom.js' */
import { chip } from './cards.js'
import { foreign, h } from './dom.js'
import { counted, inLocalTime, onDate } from './format.js'
import { consentHref } from './route.js'
import { cardTable } from './table.js'
import { ATTENTION, inWords, STATUSES } from './words.js'

const COLUMNS = ['Attention', 'Consent', 'Status', 'Account', 'Ends', 'Why']

/**
 * @param {Consent[]} consents
 * @param {string} label
 */
export function consentTable(consents, label) {
  const rows = consents.map((consent) => ({ key: consent.id, cells: cellsOf(consent) }))
  return cardTable(label, COLUMNS, rows)
}

/**
 * @param {Consent} consent
 * @returns {Child[]}
 */
function cellsOf(consent) {
  const { explanation, account, owner, expires_at, days_left } = consent
  const attention = ATTENTION[explanation.attention]
  return [
    attention === undefined || explanation.attention === 'none'
      ? h('span', { class: 'quiet' }, '–')
      : chip(attention.tone, attention.label),
    nameOf(consent),
    statusChip(consent),
    h('span', {}, account ?? '–', h('small', {}, 'of ', foreign(owner))),
    expires_at === null
      ? '–'
      : h(
          'span',
          {},
          onDate(expires_at),
          h('small', {}, days_left === null ? '' : `${counted(days_left, 'day')} left`),
        ),
    inLocalTime(explanation.why),
  ]
}

/** What people know it by, and its id. @param {Consent} consent */
function nameOf({ id, customer_reference }) {
  const name = customer_reference === null ? 'without a reference' : foreign(customer_reference)
  return h('a', { class: 'name', href: consentHref(id) }, name, h('small', {}, id))
}

/** @param {Consent} consent */
export function statusChip({ status, status_reason }) {
  const { label, tone } = STATUSES[status]
  return h(
    'span',
    { class: 'status' },
    chip(tone, label),
    status_reason === null ? null : h('small', {}, inWords(status_reason)),
  )
}
