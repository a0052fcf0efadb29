/** @import { Consent, Page } from '../types.ts' */
/** @import { Context, View } from './view.js' */
import { call } from './api.js'
import { consentTable } from './consent-table.js'
import { foreign, h } from './dom.js'
import { counted } from './format.js'
import { pager } from './pager.js'
import { isOperator, seesConsents } from './permissions.js'
import { listHref, looksLikeIban, searchOf } from './route.js'
import { STATUSES } from './words.js'

const FILTERS = ['status', 'owner', 'ends_before', 'sort', 'search']

/** All consents by filters, what needs attention first. @type {View} */
export const consentsView = {
  title: () => 'Consents',
  async show(context, signal) {
    if (!seesConsents(context.caller))
      return [h('p', { class: 'note warn' }, 'Your key needs ops, or consents:read for your own consents.')]
    const search = searchOf(context.parameters)
    if (search === undefined) {
      const text = 'This search was forgotten: what is searched for is kept in the memory of the page only.'
      return [h('p', { class: 'note info' }, text), h('a', { href: '#/consents' }, 'All consents')]
    }
    /** @type {Page<Consent>} */
    const page = await call('GET v1/consents', { query: queryOf(context), signal })
    return [filters(context), searched(context), ...listed(page, context)]
  },
}

/** @param {Context} context */
function queryOf({ parameters, memory }) {
  const endsBefore = parameters.get('ends_before')
  return {
    status: parameters.get('status'),
    owner: parameters.get('owner'),
    expires_before: endsBefore === null ? null : midnight(endsBefore),
    sort: parameters.get('sort') ?? 'attention',
    ...searchOf(parameters),
    cursor: memory.cursors?.at(-1),
  }
}

/** When a day begins here; what is no day goes to the broker as it is, which says so. @param {string} day */
function midnight(day) {
  const begin = new Date(`${day}T00:00`)
  return Number.isNaN(begin.getTime()) ? day : begin.toISOString()
}

/**
 * @param {Page<Consent>} page
 * @param {Context} context
 */
function listed({ items, next_cursor }, context) {
  // A page is empty where a filter finds nothing among the newest: there may be more behind.
  const told = next_cursor === null ? 'No consent is like that.' : 'None so far: Next looks further.'
  const none = h('p', { class: 'card quiet' }, told, hint(context))
  return [
    items.length === 0 ? none : consentTable(items, 'Consents'),
    pager(context, { shown: counted(items.length, 'consent'), next: next_cursor }),
  ]
}

/** @param {Context} context */
function hint({ parameters }) {
  const search = searchOf(parameters)
  if (!search || !('customer_reference' in search) || !looksLikeIban(search.customer_reference)) return ''
  return ' It looks like an IBAN, but its check digits are wrong: it was searched for as a customer reference.'
}

/** @param {Context} context */
function searched({ parameters }) {
  const search = searchOf(parameters)
  if (!search) return null
  const [what, text] =
    'iban' in search ? ['IBAN', search.iban] : ['customer reference', search.customer_reference]
  return h(
    'p',
    { class: 'note info' },
    `With the ${what} `,
    foreign(text),
    '. ',
    h('a', { href: hrefWith(parameters, { search: null }) }, 'Show all'),
  )
}

/** @param {Context} context */
function filters({ parameters, caller }) {
  const form = h(
    'form',
    { class: 'filters', 'aria-label': 'Filters' },
    field('status', 'State', [
      ['', 'All'],
      ...Object.entries(STATUSES).map(
        ([status, { label }]) => /** @type {[string, string]} */ ([status, label]),
      ),
    ]),
    isOperator(caller) ? field('owner', 'Owner', 'text') : null,
    field('ends_before', 'Ends before', 'date'),
    field('sort', 'Sorted by', [
      ['', 'Attention'],
      ['newest', 'Newest first'],
    ]),
    h('button', { type: 'submit' }, 'Show'),
    h('a', { href: '#/consents' }, 'Clear'),
  )
  form.onsubmit = (event) => {
    event.preventDefault()
    const entries = [...new FormData(form)].map(([name, value]) => [name, String(value).trim()])
    location.hash = hrefWith(parameters, Object.fromEntries(entries))
  }
  return form

  /**
   * @param {string} name
   * @param {string} label
   * @param {string | [string, string][]} kind
   */
  function field(name, label, kind) {
    const value = parameters.get(name) ?? ''
    const id = `filter-${name}`
    const control = Array.isArray(kind)
      ? h(
          'select',
          { id, name },
          ...kind.map(([word, text]) => h('option', { value: word, selected: word === value }, text)),
        )
      : h('input', { id, name, type: kind, value, maxlength: 100, autocomplete: 'off' })
    return h('div', {}, h('label', { for: id }, label), control)
  }
}

/**
 * @param {URLSearchParams} parameters
 * @param {Record<string, string | null>} changed
 */
function hrefWith(parameters, changed) {
  const now = Object.fromEntries(FILTERS.map((name) => [name, parameters.get(name)]))
  return listHref('consents', { ...now, ...changed })
}
