/** What a setting's text came to; a problem reads on from the setting's name and never quotes the text. */
export type Parsed<T> = { readonly value: T } | { readonly problem: string }

/**
 * Reads one kind of setting. Problems quote nothing of what was set: a key may stand in the wrong variable,
 * and the sentence ends in the log.
 */
export interface Parser<T> {
  /** A right value, shown beside each problem. */
  readonly example: string
  read(text: string): Parsed<T>
}

/** Shows another example than the parser's own. */
export function like<T>(example: string, parser: Parser<T>): Parser<T> {
  return { example, read: parser.read }
}

/** Reads one of a few words. */
export function choice<const T extends string>(...words: readonly T[]): Parser<T> {
  return {
    example: words[0] ?? '',
    read(text) {
      const value = words.find((word) => word === text)
      return value === undefined ? { problem: `must be one of ${words.join(', ')}` } : { value }
    },
  }
}

/** Reads some of a few words, by commas; none stands in it twice. */
export function choices<const T extends string>(...words: readonly T[]): Parser<readonly T[]> {
  return {
    example: words.slice(0, 2).join(','),
    read(text) {
      const entries = text.split(',').map((entry) => entry.trim())
      const value = words.filter((word) => entries.includes(word))
      return value.length === entries.length
        ? { value }
        : { problem: `must be some of ${words.join(', ')}, each once` }
    },
  }
}

/** Reads `on` or `off`. */
export const onOff: Parser<boolean> = {
  example: 'on',
  read: (text) =>
    text === 'on' || text === 'off' ? { value: text === 'on' } : { problem: 'must be on or off' },
}

/** Reads a whole number within bounds. */
export function integer(least: number, most: number): Parser<number> {
  return {
    example: String(Math.max(least, 1)),
    read(text) {
      const value = Number(text)
      const fits = /^\d+$/.test(text) && value >= least && value <= most
      return fits ? { value } : { problem: `must be a whole number from ${least} to ${most}` }
    },
  }
}

/** Reads a share of a whole: a number from 0 to 1. */
export const share: Parser<number> = {
  example: '0.1',
  read: (text) =>
    /^(0|1|0?\.\d+|1\.0+)$/.test(text)
      ? { value: Number(text) }
      : { problem: 'must be a number from 0 to 1' },
}

/** Reads a whole number from 1 on, or `off`, which is null. */
export function limit(most: number): Parser<number | null> {
  const number = integer(1, most)
  return {
    example: number.example,
    read(text) {
      if (text === 'off') return { value: null }
      const parsed = number.read(text)
      return 'value' in parsed ? parsed : { problem: `${parsed.problem}, or off` }
    },
  }
}

/** A TCP port; 0 takes any free one. */
export const port: Parser<number> = like('8080', integer(0, 65_535))

/** Reads a text of visible ASCII, as a form field or header needs it (RFC 6749 appendix A.1). */
export const word: Parser<string> = {
  example: 'token-broker',
  read: (text) =>
    /^[\x21-\x7e]+$/.test(text) ? { value: text } : { problem: 'holds a space or a character beyond ASCII' },
}
