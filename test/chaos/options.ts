import { parseArgs } from 'node:util'

/** What one run of the campaign is made of. */
export interface Options {
  /** Decides the schedule; the same seed gives the same schedule again. */
  readonly seed: number
  readonly consents: number
  readonly durationMs: number
  /** The life of an access token. */
  readonly ttlSeconds: number
  readonly callers: number
  /** Consents of each named scenario. */
  readonly scenarioConsents: number
  /** How long faults and the pauses between them last, against the long form. */
  readonly pace: number
  /** How many parts run side by side. */
  readonly lanes: number
  /** Names of the parts to run; empty: all. */
  readonly only: readonly string[]
  /** Keeps logs and the database's folder for a look at them. */
  readonly keep: boolean
}

const LONG = { consents: 3_000, seconds: 300, ttl: 30, callers: 24, scenarioConsents: 120, pace: 1, lanes: 1 }
const SHORT = { consents: 300, seconds: 20, ttl: 8, callers: 6, scenarioConsents: 50, pace: 0.35, lanes: 2 }

/** Reads `--short --seed N --consents N --seconds N --ttl N --only campaign,failover --keep`. */
export function readOptions(args: readonly string[]): Options {
  const { values, positionals } = parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true })
  if (positionals.length > 0) throw new Error(`cannot make sense of ${positionals.join(' ')}`)
  const form = values.short ? SHORT : LONG
  return {
    seed: whole(values.seed, Math.floor(Math.random() * 2 ** 31)),
    consents: whole(values.consents, form.consents),
    durationMs: whole(values.seconds, form.seconds) * 1_000,
    ttlSeconds: whole(values.ttl, form.ttl),
    callers: form.callers,
    scenarioConsents: form.scenarioConsents,
    pace: form.pace,
    lanes: form.lanes,
    only: values.only?.split(',') ?? [],
    keep: values.keep ?? false,
  }
}

const OPTIONS = {
  short: { type: 'boolean' },
  seed: { type: 'string' },
  consents: { type: 'string' },
  seconds: { type: 'string' },
  ttl: { type: 'string' },
  only: { type: 'string' },
  keep: { type: 'boolean' },
} as const

function whole(text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise
  if (!/^\d+$/.test(text)) throw new Error(`${text} is no whole number`)
  return Number(text)
}
