/** @import { Caller, Consent, Page, Statistics, Status } from '../types.ts' */
/** @import { View } from './view.js' */
import { call } from './api.js'
import { bankCard, eventsCard, identityCard, refreshCard, storageCard, webhooksCard } from './cards.js'
import { endingsChart, rotationsChart } from './charts.js'
import { consentTable } from './consent-table.js'
import { foreign, h } from './dom.js'
import { findings } from './findings.js'
import { number, when } from './format.js'
import { isOperator, seesConsents } from './permissions.js'
import { listHref } from './route.js'
import { STATUSES } from './words.js'

const SHOWN_FIRST = 6

/** How the broker stands, and what needs a person first. @type {View} */
export const overviewView = {
  title: () => 'Overview',
  async show(context, signal) {
    if (!seesConsents(context.caller)) return [withoutPermission(context.caller)]
    const listed = call('GET v1/consents', { query: { sort: 'attention', limit: SHOWN_FIRST }, signal })
    if (!isOperator(context.caller)) return [onlyOwn(), attentionSection(await listed)]
    /** @type {[Status, Statistics, Page<Consent>]} */
    const [status, statistics, consents] = await Promise.all([
      call('GET v1/status', { signal }),
      call('GET v1/statistics', { signal }),
      listed,
    ])
    return [
      findingsSection(status, consents),
      countsSection(status),
      attentionSection(consents),
      h('div', { class: 'halves' }, endingsChart(statistics.endings), rotationsChart(statistics.rotations)),
      h(
        'div',
        { class: 'cards' },
        refreshCard(status, context),
        bankCard(status.refresh.gate),
        storageCard(status),
        identityCard(status),
        webhooksCard(status),
        eventsCard(status.refresh.gate),
      ),
    ]
  },
}

/** @param {Caller} caller */
function withoutPermission({ permissions }) {
  const has = permissions.length === 0 ? 'none' : permissions.join(', ')
  return h(
    'p',
    { class: 'note warn' },
    `Your key has these permissions: ${has}. This page needs ops, or consents:read for your own consents.`,
  )
}

function onlyOwn() {
  const text =
    'You see your own consents. How the broker itself stands is shown to keys with the ops permission.'
  return h('p', { class: 'note info' }, text)
}

/**
 * @param {Status} status
 * @param {Page<Consent>} consents
 */
function findingsSection(status, consents) {
  const found = findings(status, consents.items)
  if (found.length === 0) return h('p', { class: 'note good' }, 'All is well: nothing needs a person.')
  return h(
    'ul',
    { class: 'findings', 'aria-label': 'What needs attention' },
    found.some(({ isOfConsents }) => !isOfConsents)
      ? null
      : h('li', { class: 'note good' }, 'The broker itself is well.'),
    ...found.map(({ tone, text, href }) =>
      h('li', { class: `note ${tone}` }, href === undefined ? foreign(text) : h('a', { href }, text)),
    ),
  )
}

/** @param {Status} status */
function countsSection({ consents, counted_at }) {
  const tiles = Object.entries(STATUSES).map(([status, { label, tone }]) => {
    const count = consents[status] ?? 0
    return h(
      'li',
      { 'data-key': status },
      h(
        'a',
        { class: `tile ${count === 0 ? 'zero' : tone}`, href: listHref('consents', { status }) },
        h('strong', {}, number(count)),
        h('span', {}, label),
      ),
    )
  })
  return h(
    'section',
    { class: 'block', 'aria-labelledby': 'counts-title' },
    h('h2', { id: 'counts-title' }, 'Consents by state'),
    h('ul', { class: 'tiles' }, ...tiles),
    counted_at ? h('p', { class: 'quiet' }, 'Counted ', when(counted_at, { toTheSecond: true })) : null,
  )
}

/** @param {Page<Consent>} page */
function attentionSection({ items }) {
  const needed = items.filter(({ explanation }) => explanation.attention !== 'none')
  return h(
    'section',
    { class: 'block', 'aria-labelledby': 'attention-title' },
    h('h2', { id: 'attention-title' }, 'Needs attention first'),
    needed.length === 0
      ? h('p', { class: 'quiet' }, 'No consent needs attention.')
      : consentTable(needed, 'Consents that need attention'),
    h('p', {}, h('a', { href: '#/consents' }, 'All consents')),
  )
}
