/** @import { Delivery, Page } from '../types.ts' */
/** @import { Context, View } from './view.js' */
import { ApiError, call } from './api.js'
import { chip } from './cards.js'
import { foreign, h } from './dom.js'
import { ago, counted, number, when } from './format.js'
import { pager } from './pager.js'
import { isOperator } from './permissions.js'
import { consentHref, listHref } from './route.js'
import { inWords } from './words.js'

const STATES = /** @type {const} */ ({
  dead: { label: 'Not delivered', tone: 'bad' },
  pending: { label: 'Waiting', tone: 'warn' },
  delivered: { label: 'Delivered', tone: 'good' },
})

const COLUMNS = [
  'State',
  'Event',
  'Consent',
  'Subscriber',
  'Attempts',
  'Last attempt',
  'Last error',
  'Resend',
]

/** Webhooks that could not be delivered, and the others. @type {View} */
export const webhooksView = {
  title: () => 'Webhooks',
  async show(context, signal) {
    if (!isOperator(context.caller)) return [h('p', { class: 'note warn' }, 'Your key needs ops.')]
    const state = context.parameters.get('state') ?? 'dead'
    const query = { state, cursor: context.memory.cursors?.at(-1) }
    /** @type {Page<Delivery>} */
    const { items, next_cursor } = await call('GET v1/webhooks/deliveries', { query, signal })
    return [
      tabs(state),
      items.length === 0 ? h('p', { class: 'card quiet' }, 'There is none.') : table(items, context),
      pager(context, {
        shown: counted(items.length, 'delivery').replace('deliverys', 'deliveries'),
        next: next_cursor,
      }),
    ]
  },
}

/** @param {string} current */
function tabs(current) {
  const links = Object.entries(STATES).map(([state, { label }]) =>
    h(
      'a',
      { class: 'tab', href: listHref('webhooks', { state }), 'aria-current': state === current && 'page' },
      label,
    ),
  )
  return h('nav', { class: 'tabs', 'aria-label': 'State of deliveries' }, ...links)
}

/**
 * @param {Delivery[]} deliveries
 * @param {Context} context
 */
function table(deliveries, context) {
  return h(
    'table',
    { class: 'consents deliveries', role: 'table', 'aria-label': 'Deliveries' },
    h(
      'thead',
      { role: 'rowgroup' },
      h(
        'tr',
        { role: 'row' },
        ...COLUMNS.map((name) => h('th', { scope: 'col', role: 'columnheader' }, name)),
      ),
    ),
    h('tbody', { role: 'rowgroup' }, ...deliveries.map((delivery) => row(delivery, context))),
  )
}

/**
 * @param {Delivery} delivery
 * @param {Context} context
 */
function row(delivery, context) {
  const { id, state, type, consent_id, subscriber, attempts, last_attempt_at, next_attempt_at, last_error } =
    delivery
  const { label, tone } = STATES[state]
  const cells = [
    h('span', {}, chip(tone, label), next_attempt_at && h('small', {}, 'next ', ago(next_attempt_at))),
    h('span', {}, type, h('small', {}, delivery.message_id)),
    h('a', { href: consentHref(consent_id) }, consent_id.slice(0, 8)),
    foreign(subscriber),
    number(attempts),
    when(last_attempt_at),
    last_error === null ? '–' : foreign(inWords(last_error)),
    state === 'dead' && h('button', { type: 'button', onclick: () => resend(id, context) }, 'Send again'),
  ]
  return h(
    'tr',
    { role: 'row', 'data-key': id },
    ...cells.map((cell, at) => h('td', { role: 'cell', 'data-label': COLUMNS[at] }, cell)),
  )
}

/**
 * @param {string} id
 * @param {Context} context
 */
async function resend(id, { refresh, tell }) {
  try {
    await call(`POST v1/webhooks/deliveries/${encodeURIComponent(id)}/resend`)
    tell('It is sent again.')
    refresh()
  } catch (error) {
    tell(error instanceof ApiError ? error.message : 'That did not work.')
  }
}
