/** @import { Caller } from '../types.ts' */
/** @import { Route } from './route.js' */
/** @import { Context } from './view.js' */
import { ApiError, hasKey, useKey } from './api.js'
import { consentView } from './consent.js'
import { consentsView } from './consents.js'
import { byId, h } from './dom.js'
import { clockTime, counted } from './format.js'
import { morph } from './morph.js'
import { overviewView } from './overview.js'
import { isOperator } from './permissions.js'
import { createPoller } from './poll.js'
import { forgetSearches, readRoute, searchHref } from './route.js'
import { createSession } from './session.js'
import { webhooksView } from './webhooks.js'

const VIEWS = { overview: overviewView, consents: consentsView, consent: consentView, webhooks: webhooksView }

/** @type {Caller | null} */
let caller = null
/** @type {Context | null} */
let shown = null
/** @type {Date | null} */
let freshAt = null
/** What each view remembers until the page is left: where its list is, and what of a history was unfolded. */
const memories = new Map()

const session = createSession(onCaller)
const poller = createPoller({ refresh, onFresh, onFailure })

/** @param {Caller} found */
function onCaller(found) {
  const isAnother = caller !== null && caller.id !== found.id
  if (isAnother) memories.clear()
  const goesOn = caller !== null && !isAnother
  caller = found
  byId('caller').textContent = found.id
  byId('caller').title = `Permissions: ${found.permissions.join(', ')}`
  for (const id of ['views', 'search', 'who', 'freshness']) byId(id).hidden = false
  for (const link of document.querySelectorAll('#views a[href="#/webhooks"]'))
    link.toggleAttribute('hidden', !isOperator(found))
  if (goesOn && shown !== null) return resume(found)
  navigate()
}

/** Goes on where a key ended: the view is as it was. @param {Caller} found */
function resume(found) {
  if (shown !== null) shown.caller = found
  byId('title').focus()
  void poller.restart()
}

function navigate() {
  if (caller === null) return
  const route = readRoute(location.hash)
  freshAt = null
  closeDialogs()
  for (const id of ['outcome', 'banner', 'updated']) byId(id).replaceChildren()
  markNav(route)
  if (route === null) return notFound()
  shown = contextOf(route, caller)
  const title = VIEWS[route.name].title(shown)
  byId('title').textContent = title
  document.title = `${title} · token-broker`
  byId('view').replaceChildren(h('p', { class: 'quiet' }, 'Loading…'))
  byId('title').focus({ preventScroll: true })
  scrollTo(0, 0)
  void poller.restart()
}

/**
 * @param {Route} route
 * @param {Caller} caller
 * @returns {Context}
 */
function contextOf({ name, id, parameters }, caller) {
  const remembered = memories.get(location.hash) ?? {}
  memories.set(location.hash, remembered)
  return { name, id, parameters, caller, memory: remembered, refresh: () => void poller.restart(), tell }
}

/** @param {Route | null} route */
function markNav(route) {
  const view = route?.name === 'consent' ? 'consents' : route?.name
  for (const link of document.querySelectorAll('#views a')) {
    const isCurrent = link.getAttribute('href') === `#/${view === 'overview' ? '' : view}`
    if (isCurrent) link.setAttribute('aria-current', 'page')
    else link.removeAttribute('aria-current')
  }
}

function notFound() {
  poller.halt()
  shown = null
  byId('title').textContent = 'There is no such view'
  byId('view').replaceChildren(h('p', {}, h('a', { href: '#/' }, 'Go to the overview')))
}

/** @param {AbortSignal} signal */
async function refresh(signal) {
  const context = shown
  if (context === null) return
  const view = VIEWS[context.name]
  const nodes = await view.show(context, signal)
  if (!signal.aborted) morph(byId('view'), h('div', {}, ...nodes))
}

/** Says how something that was done went. @param {string} text */
function tell(text) {
  byId('outcome').replaceChildren(h('p', { class: 'note' }, text))
}

function onFresh() {
  freshAt = new Date()
  byId('banner').replaceChildren()
  byId('updated').textContent = `Updated ${clockTime(freshAt)}`
}

/**
 * @param {unknown} error
 * @param {number} waitMs
 */
function onFailure(error, waitMs) {
  if (!(error instanceof ApiError)) {
    reportError(error)
    byId('banner').replaceChildren(h('p', { class: 'note bad' }, 'This page has a defect; reload it.'))
    return false
  }
  if (error.status === 401) {
    session.ask(`${error.message} Your view stays as it is: enter a key to go on.`)
    return false
  }
  const seconds = counted(Math.ceil(waitMs / 1000), 'second')
  const then = error.isPassing ? ` It is tried again in ${seconds}.` : ''
  const since = freshAt === null ? '' : ` What you see is of ${clockTime(freshAt)}.`
  byId('banner').replaceChildren(h('p', { class: 'note bad' }, error.message, then, since))
  if (!error.isPassing) byId('view').replaceChildren()
  return error.isPassing
}

/** Nothing of what was seen is left. */
function forget() {
  useKey('')
  poller.halt()
  caller = null
  shown = null
  freshAt = null
  memories.clear()
  forgetSearches()
  for (const id of ['views', 'search', 'who', 'freshness']) byId(id).hidden = true
  for (const id of ['view', 'banner', 'outcome']) byId(id).replaceChildren()
  closeDialogs()
  byId('title').textContent = 'token-broker status'
  session.ask('This page reads the API of the broker, with the permissions of your key.')
}

function closeDialogs() {
  for (const dialog of document.querySelectorAll('dialog')) dialog.close()
}

byId('forget').onclick = forget
byId('refresh').onclick = () => void poller.restart()
byId('pause').onclick = () => {
  const paused = byId('pause').getAttribute('aria-pressed') !== 'true'
  byId('pause').setAttribute('aria-pressed', String(paused))
  poller.pause(paused)
}
byId('skip').onclick = (event) => {
  event.preventDefault()
  byId('main').focus()
}
byId('search').onsubmit = (event) => {
  event.preventDefault()
  const field = /** @type {HTMLInputElement} */ (byId('search-for'))
  if (field.value.trim() === '') return
  const href = searchHref(field.value)
  field.value = ''
  if (href === location.hash) navigate()
  else location.hash = href
}
document.addEventListener('keydown', (event) => {
  const isTyping = event.target instanceof Element && event.target.closest('input, textarea, select, dialog')
  if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || isTyping || !hasKey()) return
  event.preventDefault()
  byId('search-for').focus()
})
addEventListener('hashchange', navigate)
// A browser may keep a page that was left, to show it again as it was: not with a key in it.
addEventListener('pagehide', forget)
forget()
