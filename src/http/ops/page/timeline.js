/** @import { ConsentEvent, Page } from '../types.ts' */
/** @import { Context } from './view.js' */
import { ApiError, call } from './api.js'
import { details } from './cards.js'
import { foreign, h } from './dom.js'
import { ago, when } from './format.js'
import { eventLabel, eventTone } from './words.js'

/**
 * A consent's history, newest first; older ones on demand, which stay while new ones come.
 * @param {Page<ConsentEvent>} newest
 * @param {Context} context
 */
export function timeline(newest, context) {
  const known = merge(newest, context.memory)
  return h(
    'div',
    {},
    h('ol', { class: 'timeline' }, ...known.map(line)),
    context.memory.older === null
      ? null
      : h('button', { type: 'button', onclick: () => showOlder(context) }, 'Show older'),
  )
}

/**
 * @param {Page<ConsentEvent>} newest
 * @param {Record<string, any>} memory
 * @returns {ConsentEvent[]}
 */
function merge({ items, next_cursor }, memory) {
  /** @type {ConsentEvent[]} */
  const before = memory.events ?? []
  const ids = new Set(items.map(({ id }) => id))
  const isJoined = before.length > 0 && before.some(({ id }) => ids.has(id))
  memory.events = isJoined ? [...items, ...before.filter(({ id }) => !ids.has(id))] : items
  // With a gap between what is known and what is new, all begins anew.
  if (!isJoined) memory.older = next_cursor
  return memory.events
}

/** @param {Context} context */
async function showOlder({ id, memory, refresh, tell }) {
  try {
    /** @type {Page<ConsentEvent>} */
    const page = await call(`GET v1/consents/${id}/events`, { query: { cursor: memory.older } })
    memory.events = [...memory.events, ...page.items]
    memory.older = page.next_cursor
    refresh()
  } catch (error) {
    tell(error instanceof ApiError ? error.message : 'That did not work.')
  }
}

/** @param {ConsentEvent} event */
function line({ id, type, actor, detail, personal, occurred_at }) {
  return h(
    'li',
    { class: eventTone(type), 'data-key': id },
    h('strong', {}, eventLabel(type)),
    ' ',
    h(
      'span',
      { class: 'quiet' },
      when(occurred_at, { toTheSecond: true }),
      ' (',
      ago(occurred_at),
      '), by ',
      foreign(actor),
    ),
    h('span', { class: 'details' }, details({ ...detail, ...personal })),
  )
}
