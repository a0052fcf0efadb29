import { h } from './dom.js'

// Times and numbers as the browser's owner writes them; words are English, as all of the page.
const NUMBER = new Intl.NumberFormat()
const DATE = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' })
const DATE_TIME = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' })
const TO_THE_SECOND = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' })
const TIME = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' })
const HOUR = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' })
// The API counts endings by UTC days.
const DAY = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', timeZone: 'UTC' })
const MONTH = new Intl.DateTimeFormat(undefined, { month: 'short', timeZone: 'UTC' })
const WEEKDAY = new Intl.DateTimeFormat(undefined, { weekday: 'short', timeZone: 'UTC' })
const RELATIVE = new Intl.RelativeTimeFormat('en', { numeric: 'auto' })

/** @type {[Intl.RelativeTimeFormatUnit, number][]} */
const UNITS = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
]

/** @param {number} count */
export const number = (count) => NUMBER.format(count)
/** @param {Date} date */
export const clockTime = (date) => TIME.format(date)
/** @param {Date} date */
export const hour = (date) => HOUR.format(date)
/** @param {string} date as in `2026-11-23` */
export const day = (date) => DAY.format(new Date(date))
/** @param {string} date as in `2026-11-23` */
export const dayOfMonth = (date) => String(new Date(date).getUTCDate())
/** @param {string} date as in `2026-11-23` */
export const month = (date) => MONTH.format(new Date(date))
/** @param {string} date as in `2026-11-23` */
export const weekday = (date) => WEEKDAY.format(new Date(date))

/**
 * `1 consent`, `2 consents`.
 * @param {number} count
 * @param {string} noun
 */
export const counted = (count, noun) => `${number(count)} ${noun}${count === 1 ? '' : 's'}`

/**
 * A moment in local time, with UTC where one points at it.
 * @param {string | null | undefined} iso
 * @param {{ toTheSecond?: boolean }} [options]
 */
export function when(iso, { toTheSecond = false } = {}) {
  if (!iso) return '–'
  const format = toTheSecond ? TO_THE_SECOND : DATE_TIME
  return h('time', { datetime: iso, title: inUtc(iso) }, format.format(new Date(iso)))
}

/**
 * The local date alone.
 * @param {string} iso
 */
export function onDate(iso) {
  return h('time', { datetime: iso, title: inUtc(iso) }, DATE.format(new Date(iso)))
}

/**
 * How far a moment is away: `in 3 days`, `2 minutes ago`.
 * @param {string | null | undefined} iso
 * @param {number} [nowMs]
 */
export function ago(iso, nowMs = Date.now()) {
  if (!iso) return '–'
  return h('time', { datetime: iso, title: inUtc(iso) }, relative((Date.parse(iso) - nowMs) / 1000))
}

/**
 * A sentence of the API, which tells moments in UTC: as they are here.
 * @param {string} text
 */
export function inLocalTime(text) {
  const parts = text.split(/(\d{4}-\d\d-\d\d) (\d\d:\d\d) UTC/)
  return h(
    'span',
    {},
    ...parts.map((part, at) => {
      if (at % 3 === 0) return part
      return at % 3 === 1 ? when(`${part}T${parts[at + 1]}:00Z`) : null
    }),
  )
}

/** @param {string} iso */
const inUtc = (iso) => `${iso.slice(0, 19).replace('T', ' ')} UTC`

/** @param {number} seconds from now */
function relative(seconds) {
  const [unit, length] = UNITS.find(([, size]) => Math.abs(seconds) >= size) ?? ['second', 1]
  return RELATIVE.format(Math.trunc(seconds / length), unit)
}

/** @param {number} seconds */
export function lasting(seconds) {
  if (seconds < 120) return `${number(Math.round(seconds))} s`
  if (seconds < 7_200) return `${number(Math.round(seconds / 60))} min`
  return `${number(Math.round(seconds / 3_600))} h`
}

/** How one clock stands to another. @param {number} seconds ahead */
export const apart = (seconds) => `${number(Math.abs(seconds))} s ${seconds < 0 ? 'behind' : 'ahead of'}`
