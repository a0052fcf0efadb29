import { OperatorError } from '../core/errors.ts'
import { newKey, parseKeyRing } from './key-ring.ts'

interface Jwk {
  readonly kid: string
}

/** The text of a ring with a fresh key at its end: it opens, and seals nothing yet. Null where it has that key. */
export function appendKey(json: string, kid: string): string | null {
  const keys = readJwks(json)
  return keys.some((key) => key.kid === kid) ? null : write([...keys, newKey(kid)])
}

/** The text of a ring with one of its keys in front, to seal; null where it stands there. */
export function putFirst(json: string, kid: string): string | null {
  const keys = readJwks(json)
  const found = keys.find((key) => key.kid === kid)
  if (found === undefined) throw refused(`has no key "${kid}"; its keys are ${namesOf(keys)}`)
  return keys[0] === found ? null : write([found, ...without(keys, kid)])
}

/** The text of a ring without one of its keys, which must not be the one that seals; null where it is not there. */
export function removeKey(json: string, kid: string): string | null {
  const keys = readJwks(json)
  const [sealing, ...others] = keys
  if (sealing?.kid === kid) {
    const other = others.length === 0 ? 'a new key' : `one of ${namesOf(others)}`
    throw refused(`seals under "${kid}", its first key: put ${other} in front before`)
  }
  return keys.some((key) => key.kid === kid) ? write(without(keys, kid)) : null
}

/** What else a key holds is kept as it is. */
function readJwks(json: string): readonly Jwk[] {
  parseKeyRing(json)
  return (JSON.parse(json) as { keys: readonly Jwk[] }).keys
}

function without(keys: readonly Jwk[], kid: string): readonly Jwk[] {
  return keys.filter((key) => key.kid !== kid)
}

function write(keys: readonly Jwk[]): string {
  return `${JSON.stringify({ keys }, null, 2)}\n`
}

function namesOf(keys: readonly Jwk[]): string {
  return keys.map(({ kid }) => `"${kid}"`).join(', ')
}

function refused(what: string): OperatorError {
  return new OperatorError('keys_unusable', `The ring ${what}.`)
}
