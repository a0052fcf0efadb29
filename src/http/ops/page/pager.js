/** @import { Context } from './view.js' */
import { byId, h } from './dom.js'

/**
 * Leads through a list page by page. Cursors stay in memory, so that a link to the list is one to its beginning.
 * @param {Context} context
 * @param {{ shown: string, next: string | null }} page
 */
export function pager({ memory, refresh }, { shown, next }) {
  /** @type {string[]} */
  const cursors = memory.cursors ?? []
  if (cursors.length === 0 && next === null) return h('p', { class: 'pager quiet' }, shown)

  /** @param {string[]} changed */
  const go = (changed) => () => {
    memory.cursors = changed
    byId('title').focus({ preventScroll: true })
    scrollTo(0, 0)
    refresh()
  }

  return h(
    'div',
    { class: 'pager' },
    h('span', { class: 'quiet' }, `Page ${cursors.length + 1}, ${shown}`),
    h(
      'button',
      { type: 'button', disabled: cursors.length === 0, onclick: go(cursors.slice(0, -1)) },
      'Previous',
    ),
    h('button', { type: 'button', disabled: next === null, onclick: go([...cursors, next ?? '']) }, 'Next'),
  )
}
