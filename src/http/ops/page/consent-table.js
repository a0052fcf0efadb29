/** @import { Consent } from '../types.ts' */
/** @import { Child } from './dom.js' */
import { chip } from './cards.js'
import { foreign, h } from './dom.js'
import { counted, onDate } from './format.js'
import { consentHref } from './route.js'
import { ATTENTION, inWords, STATUSES } from './words.js'

const COLUMNS = ['Attention', 'Consent', 'Status', 'Account', 'Owner', 'Ends', 'Why']

/**
 * Roles are said, as a narrow window shows each row as a card, which by itself is no row any more.
 * @param {Consent[]} consents
 * @param {string} label
 */
export function consentTable(consents, label) {
  return h(
    'table',
    { class: 'consents', role: 'table', 'aria-label': label },
    h('thead', { role: 'rowgroup' }, h('tr', { role: 'row' }, ...COLUMNS.map(heading))),
    h('tbody', { role: 'rowgroup' }, ...consents.map(row)),
  )
}

/** @param {string} name */
const heading = (name) => h('th', { scope: 'col', role: 'columnheader' }, name)

/** @param {Consent} consent */
function row(consent) {
  const { id, explanation, account, owner, expires_at, days_left } = consent
  const attention = ATTENTION[explanation.attention]
  /** @type {Child[]} */
  const cells = [
    attention === undefined || explanation.attention === 'none'
      ? h('span', { class: 'quiet' }, '–')
      : chip(attention.tone, attention.label),
    nameOf(consent),
    statusChip(consent),
    account ?? '–',
    foreign(owner),
    expires_at === null
      ? '–'
      : h(
          'span',
          {},
          onDate(expires_at),
          h('small', {}, days_left === null ? '' : `${counted(days_left, 'day')} left`),
        ),
    explanation.why,
  ]
  return h(
    'tr',
    { role: 'row', 'data-key': id },
    ...cells.map((cell, at) => h('td', { role: 'cell', 'data-label': COLUMNS[at] }, cell)),
  )
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
