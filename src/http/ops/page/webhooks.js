/** @import { Delivery, Page } from '../types.ts' */
/** @import { Context, View } from './view.js' */
import { ApiError, call } from './api.js'
import { chip } from './cards.js'
import { foreign, h } from './dom.js'
import { ago, counted, number, when } from './format.js'
import { pager } from './pager.js'
import { isOperator } from './permissions.js'
import { consentHref, listHref } from './route.js'
import { cardTable } from './table.js'
import { inWords } from './words.js'

const STATES = /** @type {const} */ ({
  dead: { label: 'Not delivered', tone: 'bad' },
  pending: { label: 'Waiting', tone: 'warn' },
  delivered: { label: 'Delivered', tone: 'good' },
})

const COLUMNS = ['Attempts', 'Event', 'State', 'Subscriber', 'Consent', 'Last error']

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
  const rows = deliveries.map((delivery) => ({ key: delivery.id, cells: cellsOf(delivery, context) }))
  return cardTable('Deliveries', COLUMNS, rows)
}

/**
 * @param {Delivery} delivery
 * @param {Context} context
 */
function cellsOf(delivery, context) {
  const { id, message_id, state, type, consent_id, subscriber, attempts, next_attempt_at } = delivery
  const { label, tone } = STATES[state]
  const again = h('button', { type: 'button', onclick: () => resend(id, context) }, 'Send again')
  return [
    number(attempts),
    h('span', {}, foreign(type), h('small', {}, foreign(message_id))),
    h('span', {}, chip(tone, label), next_attempt_at && h('small', {}, 'next ', ago(next_attempt_at))),
    foreign(subscriber),
    h('a', { href: consentHref(consent_id) }, consent_id.slice(0, 8)),
    h('span', {}, lastError(delivery), state === 'dead' && h('span', { class: 'row' }, again)),
  ]
}

/** @param {Delivery} delivery */
function lastError({ last_attempt_at, last_error }) {
  if (last_attempt_at === null) return 'not tried yet'
  return h(
    'span',
    {},
    last_error === null ? '' : foreign(inWords(last_error)),
    h('small', {}, when(last_attempt_at)),
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
