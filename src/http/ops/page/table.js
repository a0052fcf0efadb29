/** @import { Child } from './dom.js' */
import { h } from './dom.js'

/**
 * A table that a narrow window shows as cards. Roles are said, as a card by itself is no row any more.
 * @param {string} label
 * @param {readonly string[]} columns
 * @param {{ key: string, cells: Child[] }[]} rows
 */
export function cardTable(label, columns, rows) {
  const headings = columns.map((name) => h('th', { scope: 'col', role: 'columnheader' }, name))
  return h(
    'table',
    { class: 'card-table', role: 'table', 'aria-label': label },
    h('thead', { role: 'rowgroup' }, h('tr', { role: 'row' }, ...headings)),
    h('tbody', { role: 'rowgroup' }, ...rows.map(({ key, cells }) => row(key, cells, columns))),
  )
}

/**
 * @param {string} key
 * @param {Child[]} cells
 * @param {readonly string[]} columns
 */
function row(key, cells, columns) {
  const shown = cells.map((cell, at) => h('td', { role: 'cell', 'data-label': columns[at] }, cell))
  return h('tr', { role: 'row', 'data-key': key }, ...shown)
}
