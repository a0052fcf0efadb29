import type { Random } from '../../chaos/random.ts'
import { schemaProblems } from '../../support/contract.ts'
import { NASTY } from './nasty.ts'

type Json = Record<string, unknown>

export interface MutatedBody {
  readonly bytes: Buffer
  /** By the document, it can't be taken. */
  readonly isWrong: boolean
}

/** What strict readers refuse and loose ones take. */
const MORE: readonly unknown[] = [
  ...NASTY,
  '１２', // digits, and none
  '\u202Emoc.elpmaxe',
  'ﬀ'.normalize('NFKD'),
  'a\u0300'.repeat(500),
  Number.MAX_SAFE_INTEGER,
  -0,
  '1',
  'true',
  '[object Object]',
  { toString: 'x' },
  { $ne: null },
  { length: 1e9 },
]

/** Changes one member, at any depth: another value, none, one more, another name. */
export function mutateValue(value: Json, random: Random): Json {
  const copy = structuredClone(value)
  const holders = [copy, ...Object.values(copy).filter((one) => typeof one === 'object' && one !== null)]
  const holder = random.pick(holders) as Json
  const names = Object.keys(holder)
  const name = names.length === 0 ? 'added' : random.pick(names)
  const changes: (() => void)[] = [
    () => Object.assign(holder, { [name]: random.pick(MORE) }),
    () => Object.assign(holder, { [name]: random.pick(MORE) }),
    () => void delete holder[name],
    () =>
      Object.assign(holder, { [`${name}${random.pick(['', ' ', '\u200b', '_', '[]'])}`]: [holder[name]] }),
    () => Object.assign(holder, { [name]: String(holder[name]) }),
    () => Object.assign(holder, { [name.toUpperCase()]: holder[name] }),
    () => Object.assign(holder, { [random.pick(['constructor', 'toString', '$where', 'id', 'owner'])]: 'x' }),
  ]
  random.pick(changes)()
  return copy
}

const ODD_BYTES = [
  [0xff],
  [0xc0, 0xaf],
  [0xed, 0xa0, 0x80],
  [0xf5, 0x80, 0x80, 0x80],
  [0],
  [0x0a],
  [0x22],
  [0x5c],
]
const NUMBERS = ['1e400', '-1e400', '01', '+1', '.5', 'NaN', 'Infinity', '0x10', '9'.repeat(400), '-']

/** Changes the text itself, so that it is JSON no more, or only just. */
function mutateText(text: string, random: Random): Buffer {
  const at = Math.floor(random.next() * (text.length + 1))
  const inside = text.length > 2 ? text.slice(1) : '}'
  const [head, tail] = [text.slice(0, at), text.slice(at)]
  const depth = random.pick([50, 5_000])
  return random.pick<() => Buffer>([
    () => Buffer.from(head),
    () => Buffer.concat([Buffer.from(head), Buffer.from(random.pick(ODD_BYTES)), Buffer.from(tail)]),
    () => Buffer.from(`${text}${random.pick([',', '}', text, '\0', '//', ';'])}`),
    () => Buffer.from(`\ufeff${text}`),
    () => Buffer.from(`{"__proto__":{"admin":true},${inside}`),
    () => Buffer.from(`{"constructor":{"prototype":{"x":1}},${inside}`),
    () => Buffer.from(`{"scopes":["x"],"reason":"twice","scope":"twice",${inside}`),
    () => Buffer.from(`${'['.repeat(depth)}${']'.repeat(depth)}`),
    () => Buffer.from(`{"metadata":${'{"a":'.repeat(depth)}1${'}'.repeat(depth)},${inside}`),
    () => Buffer.from(`{"min_validity":${random.pick(NUMBERS)},${inside}`),
    () => Buffer.from(text.replaceAll('"', "'")),
    () => Buffer.from(text.replace('"', '"\\ud83d')),
    () => Buffer.from(JSON.stringify(text)),
    () => Buffer.from(text, 'utf16le'),
  ])()
}

/** A body that began as an example; whether it is wrong is judged by the document. */
export function mutateBody(example: Json, schema: object, random: Random): MutatedBody {
  if (random.next() < 0.02) return { bytes: Buffer.alloc(66_000, ' '), isWrong: true }
  const value = random.next() < 0.6 ? mutateValue(example, random) : example
  const text = JSON.stringify(value)
  const bytes = value === example || random.next() < 0.2 ? mutateText(text, random) : Buffer.from(text)
  return { bytes, isWrong: !isTakenBy(schema, bytes) }
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

function isTakenBy(schema: object, bytes: Buffer): boolean {
  if (bytes.length === 0) return true
  try {
    const text = utf8.decode(bytes)
    return !text.includes('"__proto__":') && schemaProblems(schema, JSON.parse(text)) === null
  } catch {
    return false
  }
}
