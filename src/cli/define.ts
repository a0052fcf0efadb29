import { type ParseArgsConfig, parseArgs } from 'node:util'
import { CONNECTION_HELP } from './connection.ts'
import { type Exit, UsageError } from './errors.ts'
import type { Io } from './io.ts'

type Options = NonNullable<ParseArgsConfig['options']>
type ValuesOf<O extends Options> = ReturnType<
  typeof parseArgs<{ options: O; allowPositionals: true }>
>['values']

export interface Definition<O extends Options> {
  /** What calls it: `consents list`. */
  readonly name: string
  readonly summary: string
  /** What follows its name. */
  readonly takes: string
  /** Lines about options, and more. */
  readonly help: string
  readonly options: O
  /** The names of its arguments; each is needed. */
  readonly words?: readonly string[]
  /** How many arguments may follow these. */
  readonly optionalWords?: number
  /** False for what asks no broker. */
  readonly isClient?: false
  readonly run: (given: { values: ValuesOf<O>; words: readonly string[]; io: Io }) => Promise<Exit>
}

export interface Command {
  readonly name: string
  readonly summary: string
  readonly usage: string
  /** Raises UsageError for words that it does not know. */
  run(args: readonly string[], io: Io): Promise<Exit>
}

export const JSON_OPTION = { json: { type: 'boolean', default: false } } as const

/** Makes a command whose words are checked before it runs. */
export function defineCommand<const O extends Options>(definition: Definition<O>): Command {
  const { name, summary, takes, help, options, words = [], optionalWords = 0, run } = definition
  const usage = [
    `Usage: token-broker ${name}${takes === '' ? '' : ` ${takes}`}`,
    summary.replace(/.?$/, (last) => (last === '.' ? last : `${last}.`)),
    ...(help === '' ? [] : [help]),
    ...(definition.isClient === false ? [] : [CONNECTION_HELP]),
  ].join('\n\n')

  return {
    name,
    summary,
    usage,
    run: async (args, io) => {
      const { values, positionals } = parse<O>(args, options)
      const [surplus] = positionals.slice(words.length + optionalWords)
      const missing = words[positionals.length]
      if (surplus !== undefined) throw new UsageError(`Unexpected argument '${surplus}'.`)
      if (missing !== undefined) throw new UsageError(`${missing} is missing.`)
      return await run({ values, words: positionals, io })
    },
  }
}

function parse<O extends Options>(args: readonly string[], options: O) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true })
  } catch (error) {
    // Node's further sentences are about `--` and positional arguments.
    const [sentence = ''] = (error as Error).message.split(/\.(?:\s|$)/)
    throw new UsageError(`${sentence}.`)
  }
}

/** Reads a whole number of at least one; raises UsageError. */
export function wholeNumber(option: string, text: string): number {
  const value = Number(text)
  if (/^\d{1,9}$/.test(text) && value >= 1) return value
  throw new UsageError(`${option} must be a whole number, at least 1.`)
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** Reads a consent's id, which becomes part of a path; raises UsageError. */
export function consentId(text = ''): string {
  if (UUID.test(text)) return text.toLowerCase()
  throw new UsageError('ID must be the whole id of a consent, such as 0192f0c1-7a68-4b1a-8f10-2b6f3a1c9d55.')
}
