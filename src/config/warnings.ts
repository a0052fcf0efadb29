import { isIPv6 } from 'node:net'
import { isLoopbackHttp } from '../bank/loopback.ts'
import { type Env, textOf } from './read-values.ts'
import { SETTING_NAMES } from './table.ts'

/** Ours alone; names such as `TOKEN_BROKER_PORT`, which Kubernetes sets, must not fall under one. */
const OUR_PREFIX =
  /^(AUTHORIZATION|BANK|BIND|CALLERS?|CONSENT|ENCRYPTION|INTERNAL|LEASE|METRICS|PUBLIC|REFRESH|RENEWAL|RETURN_URL|SALVAGE|SPOOL|WEBHOOKS)_/

const CLOSE_EDITS = 2

/** Gives a sentence for each name that looks like a mistyped setting, plain HTTP, and a log without hand-outs. */
export function findWarnings(env: Env): readonly string[] {
  const set = Object.keys(env).filter((name) => textOf(env, name) !== null)
  return [...set.flatMap(typoWarning), ...plainHttpWarning(env), ...auditWarning(env)]
}

/** No refusal: a service mesh or a proxy on the same machine may well end TLS there. */
function plainHttpWarning(env: Env): readonly string[] {
  const host = textOf(env, 'INTERNAL_HOST')
  if (host === null || textOf(env, 'INTERNAL_TLS_CERT_FILE') !== null) return []
  if (isLoopbackHttp(`http://${isIPv6(host) ? `[${host}]` : host}`)) return []
  return [
    'INTERNAL_HOST is not loopback, and INTERNAL_TLS_CERT_FILE is not set: access tokens and the keys of ' +
      'callers cross the network in plain HTTP, unless something else ends TLS beside this process.',
  ]
}

const LEVELS_WITHOUT_AUDIT: readonly (string | null)[] = ['warn', 'error', 'fatal', 'silent']

/** No refusal: the history counts hand-outs still, by caller and hour. */
function auditWarning(env: Env): readonly string[] {
  const level = textOf(env, 'LOG_LEVEL')
  if (!LEVELS_WITHOUT_AUDIT.includes(level)) return []
  return [`LOG_LEVEL is ${level}: the log leaves out who was handed which token, which is logged as info.`]
}

function typoWarning(name: string): readonly string[] {
  const names: readonly string[] = SETTING_NAMES
  if (names.includes(name)) return []
  const [nearest] = names
    .map((known) => ({ known, edits: editDistance(name, known) }))
    .sort((a, b) => a.edits - b.edits)
  const isClose = nearest !== undefined && nearest.edits <= CLOSE_EDITS
  if (isClose) return [`${name} is not a setting and is ignored; did you mean ${nearest.known}?`]
  return OUR_PREFIX.test(name) ? [`${name} is not a setting and is ignored.`] : []
}

/** Counts the insertions, removals and changes between two names (Levenshtein). */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, place) => place)
  for (const [index, char] of [...from].entries()) row = nextRow(row, index + 1, { char, to })
  return row.at(-1) ?? 0
}

function nextRow(above: readonly number[], first: number, { char, to }: { char: string; to: string }) {
  const row = [first]
  for (const [place, other] of [...to].entries()) {
    const changed = (above[place] ?? 0) + (char === other ? 0 : 1)
    row.push(Math.min(changed, (above[place + 1] ?? 0) + 1, (row[place] ?? 0) + 1))
  }
  return row
}
