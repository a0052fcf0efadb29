/** @import { Quarter, Statistics } from '../types.ts' */
import { h, svg } from './dom.js'
import { counted, day, dayOfMonth, hour, month, number, weekday } from './format.js'

const OUTCOMES = /** @type {const} */ ([
  ['rotated', 'Rotated'],
  ['not_processed', 'Not processed'],
  ['uncertain', 'Uncertain'],
  ['refused', 'Refused'],
  ['our_fault', 'Our fault'],
])

/** @param {Statistics['endings']} endings */
export function endingsChart(endings) {
  const most = Math.max(1, ...endings.map(({ count }) => count))
  const total = endings.reduce((sum, { count }) => sum + count, 0)
  const bars = endings.map(({ date, count }, at) =>
    svg(
      'rect',
      {
        x: at * 10 + 1,
        width: 8,
        y: 100 - (count / most) * 100,
        height: (count / most) * 100,
        class: 'ending',
      },
      svg('title', {}, `${weekday(date)} ${day(date)}: ${number(count)}`),
    ),
  )
  const labels = endings.map(({ date, count }, at) =>
    h(
      'span',
      {},
      h('b', {}, number(count)),
      h('i', {}, weekday(date)),
      h('i', {}, dayOfMonth(date)),
      h('i', {}, at === 0 || date.endsWith('-01') ? month(date) : ''),
    ),
  )
  return chart('Endings in the coming 14 days', {
    says: `${counted(total, 'consent')} end in the coming 14 days, at most ${number(most)} on one day.`,
    summary: `${counted(total, 'consent')} end. Days are UTC days.`,
    drawing: drawing(endings.length * 10, bars),
    below: h('div', { class: 'days', 'aria-hidden': 'true' }, ...labels),
    head: ['Day', 'Consents that end'],
    rows: endings.map(({ date, count }) => [`${weekday(date)} ${day(date)}`, number(count)]),
  })
}

/** @param {Quarter[]} quarters */
export function rotationsChart(quarters) {
  const sums = quarters.map((quarter) => OUTCOMES.reduce((sum, [outcome]) => sum + quarter[outcome], 0))
  const most = Math.max(1, ...sums)
  const bars = quarters.flatMap((quarter, at) => stack(quarter, at, most))
  const totals = OUTCOMES.map(([outcome, label]) => ({
    outcome,
    label,
    total: quarters.reduce((sum, quarter) => sum + quarter[outcome], 0),
  }))
  const legend = totals.map(({ outcome, label, total }) =>
    h('li', { class: outcome }, `${label} `, h('b', {}, number(total))),
  )
  const said = totals.map(({ label, total }) => `${label}: ${number(total)}`).join(', ')
  return chart('Rotations in the last 24 hours', {
    says: `${said}. At most ${number(most)} in a quarter of an hour.`,
    summary: h('ul', { class: 'legend' }, ...legend),
    drawing: drawing(quarters.length * 10, bars),
    below: h(
      'div',
      { class: 'hours', 'aria-hidden': 'true' },
      ...quarters.filter((_, at) => at % 16 === 0).map(({ from }) => h('i', {}, hour(new Date(from)))),
      h('i', {}, 'now'),
    ),
    head: ['From', ...OUTCOMES.map(([, label]) => label)],
    rows: quarters
      .filter((_, at) => (sums[at] ?? 0) > 0)
      .map((quarter) => [
        hour(new Date(quarter.from)),
        ...OUTCOMES.map(([outcome]) => number(quarter[outcome])),
      ]),
    top: number(most),
  })
}

/**
 * One quarter of an hour; what is there at all is seen, however much else there was.
 * @param {Quarter} quarter
 * @param {number} at
 * @param {number} most
 */
function stack(quarter, at, most) {
  let top = 100
  return OUTCOMES.flatMap(([outcome, label]) => {
    const count = quarter[outcome]
    if (count === 0) return []
    const height = Math.max(2, (count / most) * 100)
    top -= height
    const title = svg('title', {}, `${hour(new Date(quarter.from))} ${label}: ${number(count)}`)
    return [svg('rect', { x: at * 10 + 1, width: 8, y: top, height, class: outcome }, title)]
  })
}

/**
 * Stretched to its place; words around it are HTML, and keep their size.
 * @param {number} width
 * @param {Element[]} bars
 */
function drawing(width, bars) {
  return svg(
    'svg',
    { viewBox: `0 0 ${Math.max(10, width)} 100`, preserveAspectRatio: 'none', 'aria-hidden': 'true' },
    ...bars,
  )
}

/**
 * @param {string} title
 * @param {object} parts
 * @param {string} parts.says in place of the drawing, for whoever can't see it
 * @param {string | Element} parts.summary
 * @param {Element} parts.drawing
 * @param {Element} parts.below
 * @param {string[]} parts.head
 * @param {string[][]} parts.rows
 * @param {string} [parts.top] what the whole height stands for
 */
function chart(title, { says, summary, drawing, below, head, rows, top }) {
  return h(
    'section',
    { class: 'card', 'data-key': title },
    h('h2', {}, title),
    h('div', { class: 'summary' }, summary),
    h(
      'div',
      { class: 'chart', role: 'img', 'aria-label': says },
      top ? h('span', { class: 'top' }, top) : null,
      drawing,
    ),
    below,
    h(
      'details',
      {},
      h('summary', {}, 'As a table'),
      h(
        'table',
        {},
        h('thead', {}, h('tr', {}, ...head.map((name) => h('th', { scope: 'col' }, name)))),
        h('tbody', {}, ...rows.map((row) => h('tr', {}, ...row.map((cell) => h('td', {}, cell))))),
      ),
    ),
  )
}
