import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { PORT_NAMES, PORTS, type PortName, type Ports } from './ports.ts'

/** What the demo was asked for. */
export interface Arguments {
  readonly once: boolean
  readonly verbose: boolean
  readonly help: boolean
  /** Where everything is kept between two runs. */
  readonly folder: string
  readonly ports: Ports
  readonly tokenLifetimeSeconds: number
}

/** The command line asks for something that does not exist. */
export class UsageError extends Error {}

type Env = Readonly<Record<string, string | undefined>>

const ROOT = resolve(import.meta.dirname, '../..')
const TOKEN_LIFETIME_SECONDS = { usual: 20, least: 5, most: 7_200 }

const text = { type: 'string' } as const
const flag = { type: 'boolean', default: false } as const
const OPTIONS = {
  once: flag,
  verbose: flag,
  help: { ...flag, short: 'h' },
  folder: text,
  'token-lifetime': text,
  'internal-port': text,
  'public-port': text,
  'bank-port': text,
  'postgres-port': text,
} as const

type Flags = ReturnType<typeof parse>

/** Reads the command line; raises UsageError with a whole sentence. */
export function readArguments(words: readonly string[], env: Env): Arguments {
  const flags = parse(words)
  const { once, verbose, help } = flags
  return {
    once,
    verbose,
    help,
    folder: flags.folder === undefined ? resolve(ROOT, '.demo') : resolve(flags.folder),
    ports: readPorts(flags, env),
    tokenLifetimeSeconds: wholeNumber(
      '--token-lifetime',
      flags['token-lifetime'] ?? String(TOKEN_LIFETIME_SECONDS.usual),
      TOKEN_LIFETIME_SECONDS,
    ),
  }
}

function parse(words: readonly string[]) {
  try {
    return parseArgs({ args: [...words], options: OPTIONS }).values
  } catch (error) {
    // Node's second sentence is about positional arguments, which the demo has none of.
    const [sentence = ''] = (error as Error).message.split('. ')
    throw new UsageError(`${sentence}.`)
  }
}

function readPorts(flags: Flags, env: Env): Ports {
  const entries = PORT_NAMES.map((name) => [name, readPort(name, flags, env)] as const)
  for (const [name, port] of entries) {
    const twin = entries.find(([other, same]) => other !== name && same === port)
    if (twin) throw new UsageError(`--${PORTS[name].flag} and --${PORTS[twin[0]].flag} are both ${port}.`)
  }
  return Object.fromEntries(entries) as unknown as Ports
}

function readPort(name: PortName, flags: Flags, env: Env): number {
  const { flag, setting, usual } = PORTS[name]
  const given = flags[flag as keyof Flags] as string | undefined
  const set = setting === undefined ? undefined : env[setting]?.trim()
  if (given === undefined && set) return wholeNumber(`${setting}`, set, { least: 1, most: 65_535 })
  return wholeNumber(`--${flag}`, given ?? String(usual), { least: 1, most: 65_535 })
}

function wholeNumber(name: string, given: string, { least, most }: { least: number; most: number }): number {
  const value = Number(given)
  if (/^\d+$/.test(given) && value >= least && value <= most) return value
  throw new UsageError(`${name} must be a whole number from ${least} to ${most}.`)
}

/** What `--help` prints. */
export function helpText(): string {
  const ports = PORT_NAMES.map((name) => {
    const { flag, setting, usual, purpose } = PORTS[name]
    return `  ${`--${flag} <port>`.padEnd(25)} ${purpose}; ${usual}${setting ? ` unless ${setting} is set` : ''}`
  })
  return `npm run demo [-- flags]

Starts PostgreSQL, the broker and a practice bank, walks one consent over HTTP, and stays up to be tried.
Needs no settings; everything it keeps is in one folder, and deleting that begins anew.

  --once                    walk, print a summary and end
  --verbose                 print all of the broker's log, not only what it warns of
  --folder <path>           where data and keys are kept; .demo of the project
  --token-lifetime <s>      how long the bank's access tokens live; ${TOKEN_LIFETIME_SECONDS.usual} seconds
${ports.join('\n')}
  --help, -h                print this

Exit codes: 0 it did what was asked, and for a demo that stays up: it was stopped by Ctrl-C (SIGINT) or
SIGTERM; 1 a step failed, and its name was printed; 2 a flag was wrong; 130 --once was interrupted, or a
second Ctrl-C ended everything at once.`
}
