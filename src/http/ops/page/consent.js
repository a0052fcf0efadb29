/** @import { Consent, ConsentEvent, Page } from '../types.ts' */
/** @import { Child } from './dom.js' */
/** @import { View } from './view.js' */
import { call } from './api.js'
import { chip, facts } from './cards.js'
import { consentActions } from './consent-actions.js'
import { statusChip } from './consent-table.js'
import { foreign, h } from './dom.js'
import { ago, counted, inLocalTime, number, when } from './format.js'
import { timeline } from './timeline.js'
import { ATTENTION, inWords } from './words.js'

/** One consent: how it is and why, what comes next, and what happened. @type {View} */
export const consentView = {
  title: ({ id }) => `Consent ${id.slice(0, 8)}`,
  async show(context, signal) {
    const path = `v1/consents/${context.id}`
    /** @type {[Consent, Page<ConsentEvent>]} */
    const [consent, newest] = await Promise.all([
      call(`GET ${path}`, { signal }),
      call(`GET ${path}/events`, { signal }),
    ])
    return [
      verdict(consent),
      consentActions(consent, context),
      h(
        'div',
        { class: 'halves apart' },
        section('Consent', facts(members(consent))),
        h(
          'div',
          {},
          section('Refreshing', facts(refreshing(consent))),
          section('What happened', timeline(newest, context)),
        ),
      ),
    ]
  },
}

/**
 * @param {string} title
 * @param {Child} content
 */
const section = (title, content) =>
  h('section', { class: 'card', 'data-key': title }, h('h2', {}, title), content)

/** @param {Consent} consent */
function verdict(consent) {
  const { customer_reference, explanation } = consent
  const attention = ATTENTION[explanation.attention]
  const isQuiet = attention === undefined || explanation.attention === 'none'
  return h(
    'section',
    { class: `card verdict ${isQuiet ? '' : attention.tone}`, 'aria-label': 'How it is' },
    h(
      'p',
      { class: 'row' },
      h('strong', {}, customer_reference === null ? 'Without a reference' : foreign(customer_reference)),
      statusChip(consent),
      isQuiet ? null : chip(attention.tone, attention.label),
    ),
    h('p', {}, h('b', {}, 'Why: '), inLocalTime(explanation.why)),
    h('p', {}, h('b', {}, 'Next: '), inLocalTime(explanation.next)),
  )
}

/**
 * @param {Consent} consent
 * @returns {[string, Child][]}
 */
function members(consent) {
  const { expires_at, days_left, renewal_advised_at, scopes, requested_scopes } = consent
  const narrowed = requested_scopes.filter((scope) => !scopes.includes(scope))
  return [
    ['Id', h('code', {}, consent.id)],
    ['Bank', consent.bank_brand === null ? consent.bank : `${consent.bank}, ${consent.bank_brand}`],
    ['Account', consent.account ?? '–'],
    ['Owner', foreign(consent.owner)],
    ['Granted to', consent.granted_to.join(', ') || '–'],
    ['Scopes', list(scopes)],
    ...optional('Asked for, not granted', narrowed.length === 0 ? null : list(narrowed)),
    ['Started', when(consent.created_at)],
    ['Authorized', when(consent.authorized_at)],
    [
      'Ends',
      h('span', {}, when(expires_at), days_left === null ? '' : ` (${counted(days_left, 'day')} left)`),
    ],
    ['Renewal advised from', when(renewal_advised_at)],
    ['Confirmed', consent.confirm ? when(consent.confirmed_at) : 'not asked for'],
    ...optional('Payment', consent.transaction_id),
    ...optional('Personal data erased', consent.erased_at === null ? null : when(consent.erased_at)),
    ...Object.entries(consent.metadata).map(([name, value]) => pair(name, value)),
  ]
}

/** @param {readonly string[]} words */
const list = (words) => h('ul', { class: 'plain' }, ...words.map((word) => h('li', {}, h('code', {}, word))))

/**
 * @param {string} name
 * @param {Child} value
 * @returns {[string, Child][]}
 */
const optional = (name, value) => (value === null ? [] : [[name, value]])

/** What its owner noted, marked as such. @param {string} name @param {string} value @returns {[string, Child]} */
const pair = (name, value) => [`metadata: ${name}`, foreign(value)]

/**
 * @param {Consent} consent
 * @returns {[string, Child][]}
 */
function refreshing({ refresh }) {
  const { state, last_success_at, next_due_at, consecutive_failures, last_error } = refresh
  const tone = state === 'lost' ? 'bad' : ['idle', 'due', 'rotating'].includes(state) ? 'good' : 'warn'
  return [
    ['State', chip(tone, inWords(state))],
    [
      'Last success',
      h(
        'span',
        {},
        when(last_success_at),
        last_success_at === null ? '' : ' (',
        last_success_at && ago(last_success_at),
        last_success_at && ')',
      ),
    ],
    [
      'Next due',
      h(
        'span',
        {},
        when(next_due_at),
        next_due_at && ' (',
        next_due_at && ago(next_due_at),
        next_due_at && ')',
      ),
    ],
    ['Failures in a row', number(consecutive_failures)],
    ['Last error', last_error === null ? '–' : inWords(last_error)],
  ]
}
