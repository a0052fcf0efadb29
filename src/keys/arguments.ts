import { parseArgs } from 'node:util'
import { OperatorError } from '../core/errors.ts'

/** What `npm run keys:new` is asked for. */
export type KeysTask =
  | { readonly kind: 'help' }
  | { readonly kind: 'print'; readonly kid: string | undefined }
  | { readonly kind: 'append'; readonly file: string; readonly kid: string | undefined }
  | { readonly kind: 'first'; readonly file: string; readonly kid: string }
  | { readonly kind: 'remove'; readonly file: string; readonly kid: string }

export const HELP = `npm run keys:new                            print a new ring with one key
npm run keys:new -- FILE                    append a fresh key to the ring in FILE, or make FILE: it opens
npm run keys:new -- FILE --first KID        put a key of it in front: it seals
npm run keys:new -- FILE --remove KID       take a key out that nothing is sealed under any more; needs
                                            DATABASE_URL, and SPOOL_DIR where it is set
  --kid KID    the id of the fresh key; the date and four digits where it is left out

The order of a change: append, restart all replicas; --first, restart them; npm run rekey; --remove, restart them.
`

const OPTIONS = {
  help: { type: 'boolean', short: 'h', default: false },
  kid: { type: 'string' },
  first: { type: 'string' },
  remove: { type: 'string' },
} as const

/** It stands in logs, headers and sentences. */
const KID = /^[\w.-]{1,64}$/

/** Reads the command line; raises OperatorError with a whole sentence. */
export function readTask(words: readonly string[]): KeysTask {
  const { values, positionals } = parse(words)
  if (values.help) return { kind: 'help' }
  const { kid, first, remove } = values
  const named = [kid, first, remove].filter((one) => one !== undefined)
  if (named.length > 1) throw wrong('--kid, --first and --remove exclude one another')
  if (named.some((one) => !KID.test(one))) throw wrong('A key id has 1 to 64 letters, digits, dots, _ or -')
  const [file, ...more] = positionals
  if (more.length > 0) throw wrong('Name one file')
  if (first === undefined && remove === undefined)
    return file === undefined ? { kind: 'print', kid } : { kind: 'append', file, kid }
  if (file === undefined) throw wrong('Name the file of the ring')
  return first === undefined
    ? { kind: 'remove', file, kid: remove ?? '' }
    : { kind: 'first', file, kid: first }
}

function parse(words: readonly string[]) {
  try {
    return parseArgs({ args: [...words], options: OPTIONS, allowPositionals: true })
  } catch (error) {
    const [sentence = ''] = (error as Error).message.split(/\.(?:\s|$)/)
    throw wrong(sentence)
  }
}

function wrong(what: string): OperatorError {
  return new OperatorError('settings_invalid', `${what}; "npm run keys:new -- --help" tells the rest.`)
}
