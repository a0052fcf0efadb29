/** Controls, and what turns, hides or breaks text (Unicode's Cc, Cf, Cs, Zl, Zp): a value must not act on a terminal. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu

/** Shows such characters by their number, on one line. */
export function harmless(text: string): string {
  return text.replace(UNPRINTABLE, (char) => `\\u{${char.codePointAt(0)?.toString(16)}}`)
}

/** Writes JSON on one line, with nothing in it that a terminal acts on: the same JSON to whoever parses it. */
export function toJson(value: unknown): string {
  return JSON.stringify(value).replace(UNPRINTABLE, (char) => char.split('').map(escaped).join(''))
}

/** RFC 8259 section 7: one escape for each UTF-16 unit. */
function escaped(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })

/** Counts the places that a text takes on a line. */
export function widthOf(text: string): number {
  // Latin letters and dashes are nearly all there is, and need no segmenter.
  return /^[\x20-\u02ff\u2010-\u2027]*$/.test(text) ? text.length : [...graphemes.segment(text)].length
}

/** Cuts a text to so many places; its end shows that it was cut. */
export function cutTo(text: string, width: number): string {
  if (widthOf(text) <= width) return text
  const kept = [...graphemes.segment(text)].slice(0, Math.max(0, width - 1))
  return `${kept.map(({ segment }) => segment).join('')}…`
}

/** Breaks a text into lines of so many places, between words. */
export function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`
    if (line !== '' && widthOf(longer) > width) {
      lines.push(line)
      line = word
    } else {
      line = longer
    }
  }
  return [...lines, line]
}

/** A time of the API as people read it: UTC, to the second. */
export function shortTime(time: string | null): string {
  return time === null ? '–' : `${time.slice(0, 19)}Z`
}
