import { Secret } from '../core/secret.ts'
import type { Parsed, Parser } from './parser.ts'

/** One row of the table of settings. */
export interface Setting<T> {
  readonly parser: Parser<T>
  /** Read like a value that was set; null where there is none. */
  readonly default: string | null
  readonly required: boolean
  readonly description: string
}

/** A setting that stops the start when it is missing. */
export function required<T>(parser: Parser<T>, description: string): Setting<T> {
  return { parser, default: null, required: true, description }
}

/** A setting that is null when it is missing. */
export function optional<T>(parser: Parser<T>, description: string): Setting<T | null> {
  return { parser, default: null, required: false, description }
}

/** A setting with a value of its own. */
export function defaulted<T>(text: string, parser: Parser<T>, description: string): Setting<T> {
  return { parser, default: text, required: false, description }
}

/** Keeps a parser's value from printing. */
export function secret(parser: Parser<string>): Parser<Secret> {
  return {
    example: parser.example,
    read(text): Parsed<Secret> {
      const parsed = parser.read(text)
      return 'value' in parsed ? { value: new Secret(parsed.value) } : parsed
    },
  }
}
