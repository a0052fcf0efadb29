/** @import { Certificate, Gate, Status } from '../types.ts' */
/** @import { Child } from './dom.js' */
/** @import { Context } from './view.js' */
import { foreign, h } from './dom.js'
import { BANK_DAYS, LISTENER_DAYS } from './findings.js'
import { ago, counted, lasting, number, when } from './format.js'
import { holdButton } from './hold.js'
import { listHref } from './route.js'
import { eventLabel, eventTone, GATE_REASONS, inWords } from './words.js'

/**
 * @param {string} title
 * @param {...Child} children
 */
function card(title, ...children) {
  return h('section', { class: 'card', 'data-key': title }, h('h2', {}, title), ...children)
}

/**
 * Names and values.
 * @param {[string, Child][]} pairs
 */
export function facts(pairs) {
  return h(
    'dl',
    { class: 'facts' },
    ...pairs.map(([name, value]) => h('div', {}, h('dt', {}, name), h('dd', {}, value))),
  )
}

/**
 * @param {string} tone
 * @param {string} label
 */
export const chip = (tone, label) => h('span', { class: `chip ${tone}` }, label)

/**
 * @param {Status} status
 * @param {Context} context
 */
export function refreshCard({ refresh }, context) {
  const { due, oldest_due_at, lag_seconds, failing, uncertain, hold } = refresh
  const state = hold === null ? chip('good', 'Going on') : chip('warn', 'Held by hand')
  return card(
    'Refreshing',
    facts([
      ['State', state],
      ...(hold === null ? [] : heldFacts(hold)),
      ['Due now', number(due)],
      ['Oldest due', oldest_due_at === null ? '–' : h('span', {}, lasting(lag_seconds), ' ago')],
      ['Failing, tried again', number(failing)],
      ['Uncertain', number(uncertain)],
    ]),
    holdButton(refresh, context),
  )
}

/**
 * @param {NonNullable<Status['refresh']['hold']>} hold
 * @returns {[string, Child][]}
 */
function heldFacts({ by, reason, until }) {
  return [
    ['By', foreign(by)],
    ['Because', foreign(reason)],
    ['Until', h('span', {}, when(until), ' (', ago(until), ')')],
  ]
}

/** @param {Gate} gate */
export function bankCard(gate) {
  const closed = gate.reason === null ? null : (GATE_REASONS[gate.reason] ?? inWords(gate.reason))
  return card(
    'Gate to the bank',
    facts([
      ['State', gate.open ? chip('good', 'Open') : chip('bad', 'Closed')],
      ...(closed === null ? [] : closedFacts(gate, closed)),
      ['Score against the bank', `${number(gate.score)} of 3`],
      ['Refreshes at once', number(gate.window)],
      ['Bank last well', ago(gate.healthy_at)],
    ]),
  )
}

/**
 * @param {Gate} gate
 * @param {string} why
 * @returns {[string, Child][]}
 */
function closedFacts({ since, canary_failures, next_canary_at }, why) {
  return [
    ['Why', why],
    ['Since', h('span', {}, when(since), ' (', ago(since), ')')],
    ['Test calls failed', number(canary_failures)],
    ['Next test call', ago(next_canary_at)],
  ]
}

/** @param {Status} status */
export function storageCard({ spool, clock }) {
  return card(
    'Spool and clocks',
    facts([
      ['Spool', spool.enabled ? chip('good', 'On') : chip('warn', 'SPOOL_DIR is not set')],
      ['Answers not saved yet', number(spool.unsaved)],
      ['Files waiting', number(spool.waiting)],
      ['Files set aside', number(spool.set_aside)],
      ['Clock, by the database’s', skew(clock.database_skew_seconds)],
      ['Clock, by the bank’s', skew(clock.bank_skew_seconds)],
    ]),
  )
}

/** @param {number | null} seconds */
function skew(seconds) {
  if (seconds === null) return 'not known yet'
  if (Math.abs(seconds) < 1) return 'right within a second'
  return `${number(Math.abs(seconds))} s ${seconds < 0 ? 'behind' : 'ahead'}`
}

/** @param {Status} status */
export function identityCard({ bank_certificate, internal_certificate, keys }) {
  return card(
    'Certificates and keys',
    facts([
      ['For the bank', certificate(bank_certificate, BANK_DAYS) ?? 'None: the bank is on loopback'],
      ['Internal listener', certificate(internal_certificate, LISTENER_DAYS) ?? 'None: it speaks plain HTTP'],
      ['Encryption keys', h('span', {}, keys.join(', '), keys.length > 1 ? ' (the first seals)' : '')],
    ]),
  )
}

/**
 * @param {Certificate} shown
 * @param {typeof BANK_DAYS} days
 */
function certificate(shown, { soon, urgent }) {
  if (shown === null) return null
  const { days_left, not_after, chain_ends_at, subject } = shown
  const ends = chain_ends_at !== null && chain_ends_at < not_after ? chain_ends_at : not_after
  const left = days_left < 0 ? 'ended' : `${counted(days_left, 'day')} left`
  const tone = days_left < urgent ? 'bad' : days_left < soon ? 'warn' : 'good'
  return h('span', {}, chip(tone, left), ' ', when(ends), h('br'), h('span', { class: 'quiet' }, subject))
}

/** @param {Status} status */
export function webhooksCard({ webhooks }) {
  const { subscribers, pending, dead, oldest_pending_at } = webhooks
  const deadLink = h('a', { href: listHref('webhooks', { state: 'dead' }) }, `${number(dead)}: look at them`)
  return card(
    'Webhooks',
    facts([
      ['Subscribers', number(subscribers)],
      ['Waiting', number(pending)],
      ['Oldest waiting', ago(oldest_pending_at)],
      ['Could not be delivered', dead === 0 ? '0' : deadLink],
    ]),
  )
}

/** @param {Gate} gate */
export function eventsCard({ events }) {
  const lines = events.map(({ type, actor, detail, occurred_at }) =>
    h(
      'li',
      { class: eventTone(type), 'data-key': `${type} ${occurred_at}` },
      h('strong', {}, eventLabel(type)),
      ' ',
      h('span', { class: 'quiet' }, ago(occurred_at), `, by ${actor}`),
      h('span', { class: 'details' }, details(detail)),
    ),
  )
  return card(
    'What happened to the gate',
    lines.length === 0
      ? h('p', { class: 'quiet' }, 'Nothing yet.')
      : h('ol', { class: 'timeline' }, ...lines),
  )
}

/**
 * What an event tells, on one line.
 * @param {Record<string, unknown>} detail
 */
export function details(detail) {
  const told = Object.entries(detail).map(([name, value]) => `${inWords(name)}: ${valueInWords(value)}`)
  return foreign(told.join(' · '))
}

/** @param {unknown} value */
function valueInWords(value) {
  if (Array.isArray(value)) return value.join(', ')
  return typeof value === 'string' ? value : JSON.stringify(value)
}
