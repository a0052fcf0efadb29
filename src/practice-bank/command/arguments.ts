import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { OPTIONS, USUAL } from './options.ts'

/** What the practice bank was asked for. */
export interface Arguments {
  readonly help: boolean
  readonly host: string
  readonly port: number
  readonly tokenPort: number
  readonly clientId: string
  readonly apiKey: string
  readonly redirectUris: readonly [string, ...string[]]
  readonly tokenLifetimeSeconds: number
  readonly consentDays: number
  readonly graceSeconds: number
  readonly revocation: boolean
  /** Where the certificates are; null for plain HTTP. */
  readonly tlsFolder: string | null
}

/** The command line asks for something that does not exist. */
export class UsageError extends Error {}

type Flags = ReturnType<typeof parse>

const MOST_PORT = 65_535

/** Reads the command line; raises UsageError with a whole sentence. */
export function readArguments(words: readonly string[]): Arguments {
  const flags = parse(words)
  const port = numberFrom(flags, 'port', { least: 1, most: MOST_PORT - 1 })
  const tokenPort =
    flags['token-port'] === undefined
      ? port + 1
      : numberFrom(flags, 'token-port', { least: 1, most: MOST_PORT })
  if (tokenPort === port) throw new UsageError(`--port and --token-port are both ${port}.`)
  return {
    help: flags.help,
    host: wordFrom(flags, 'host'),
    port,
    tokenPort,
    clientId: wordFrom(flags, 'client-id'),
    apiKey: wordFrom(flags, 'api-key'),
    redirectUris: redirectUrisFrom(flags),
    tokenLifetimeSeconds: numberFrom(flags, 'token-lifetime', { least: 1, most: 86_400 }),
    consentDays: numberFrom(flags, 'consent-days', { least: 1, most: 3650 }),
    graceSeconds: numberFrom(flags, 'grace', { least: 0, most: 86_400 }),
    revocation: flags.revocation,
    tlsFolder: flags.tls === undefined ? null : resolve(flags.tls),
  }
}

function parse(words: readonly string[]) {
  try {
    return parseArgs({ args: [...words], options: OPTIONS }).values
  } catch (error) {
    // What Node says after its first sentence is advice that does not fit here.
    const [sentence = ''] = (error as Error).message.split(/\.(?:\s|$)/)
    throw new UsageError(`${sentence}.`)
  }
}

type NumberFlag = 'port' | 'token-port' | 'token-lifetime' | 'consent-days' | 'grace'

function numberFrom(
  flags: Flags,
  name: NumberFlag,
  { least, most }: { least: number; most: number },
): number {
  const given = flags[name] ?? USUAL[name]
  const value = Number(given)
  if (/^\d+$/.test(given) && value >= least && value <= most) return value
  throw new UsageError(`--${name} must be a whole number from ${least} to ${most}.`)
}

function wordFrom(flags: Flags, name: 'host' | 'client-id' | 'api-key'): string {
  const given = flags[name] ?? USUAL[name]
  if (/^[\w.:~+/=-]+$/.test(given)) return given
  throw new UsageError(`--${name} must be one word of letters, digits and . : ~ + / = - _.`)
}

function redirectUrisFrom({ 'redirect-uri': given }: Flags): Arguments['redirectUris'] {
  const [first, ...others] = given ?? USUAL['redirect-uri']
  if (first === undefined) throw new UsageError('--redirect-uri must be given an address.')
  for (const uri of [first, ...others]) assertRedirectUri(uri)
  return [first, ...others]
}

// RFC 6749 §3.1.2: absolute, and without a fragment.
function assertRedirectUri(uri: string): void {
  if (/^https?:\/\/[^\s#'"]+$/.test(uri) && URL.canParse(uri)) return
  throw new UsageError('--redirect-uri must be a whole http or https address without a # or a quote.')
}
