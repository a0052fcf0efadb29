import { systemClock } from '../clock.ts'
import type { Consent } from './answers.ts'
import { type Api, withApi } from './api.ts'
import { defineCommand, JSON_OPTION } from './define.ts'
import { EXIT, type Exit, Refused, UsageError } from './errors.ts'
import { readItems } from './import-items.ts'
import type { Io } from './io.ts'
import { harmless, toJson } from './printable.ts'

const HELP = `  --file FILE|-   what to import, as POST /v1/consents/import takes it: one JSON object, an array, or one a line
                  { "refresh_token": "…", "scopes": ["…"], "expires_at": "2027-01-31T12:00:00Z", "owner": "…" }
  --stop          stop at the first one that is refused
  --json          a line for each: { "item": 1, "consent": {…} } or { "item": 1, "problem": {…} }

One after the other, in their order. Safe to run again: a refresh token that is sent once more changes nothing,
and is answered with the consent that it made. Nobody else may present these tokens from then on.`

export const consentsImport = defineCommand({
  name: 'consents import',
  summary: 'Move chains of tokens in from another system, or onto consents as a rescue',
  takes: '--file FILE|- [options]',
  help: HELP,
  options: { ...JSON_OPTION, file: { type: 'string' }, stop: { type: 'boolean', default: false } },
  run: async ({ values: { file, stop, json }, io }) => {
    if (file === undefined) throw new UsageError('--file is missing.')
    const items = await readItems(file, io)
    return withApi(io, (api) => importAll(api, items, { io, json, stop }))
  },
})

interface Way {
  readonly io: Io
  readonly json: boolean
  readonly stop: boolean
}

async function importAll(api: Api, items: readonly object[], way: Way): Promise<Exit> {
  const { io, json, stop } = way
  let [imported, refused] = [0, 0]
  try {
    for (const [index, item] of items.entries()) {
      const consent = await importOne(api, item, io)
      if (consent instanceof Refused) refused += 1
      else imported += 1
      tellItem(index + 1, consent, way)
      if (stop && refused > 0) break
    }
  } finally {
    const left = items.length - imported - refused
    const rest = left === 0 ? '' : `, ${left} left: run this again once that is mended`
    if (!json || left > 0) io.tell(`${imported} imported, ${refused} refused${rest}.`)
  }
  return refused === 0 ? EXIT.ok : EXIT.failed
}

function tellItem(item: number, result: Consent | Refused, { io, json }: Way): void {
  if (json)
    io.say(toJson(result instanceof Refused ? { item, problem: result.problem } : { item, consent: result }))
  else if (result instanceof Refused) io.tell(`${item}: refused. ${result.message}`)
  else io.say(harmless(`${item}: ${result.id} ${result.status} ${result.customer_reference ?? ''}`.trimEnd()))
}

const TRIES = 5
/** What the next item would meet as well. */
const OF_ALL = /^(unauthorized|forbidden|client_certificate_required|not_found|method_not_allowed)$/

/** Raises where the next would fare no better; what is asked to come later is sent again then. */
async function importOne(api: Api, item: object, io: Io): Promise<Consent | Refused> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await api.send<Consent>('POST', '/v1/consents/import', item)
    } catch (error) {
      if (!(error instanceof Refused) || OF_ALL.test(error.problem.code)) throw error
      if (!isPassing(error)) return error
      if (error.retryAfterSeconds === null || tries === TRIES) throw error
      await pause(error.retryAfterSeconds, io)
    }
  }
}

function isPassing({ problem: { status } }: Refused): boolean {
  return status === 429 || status >= 500
}

async function pause(seconds: number, { signal }: Io): Promise<void> {
  await systemClock.sleep(seconds * 1000, signal)
  signal.throwIfAborted()
}
