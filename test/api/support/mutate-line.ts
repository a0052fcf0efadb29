import type { Random } from '../../chaos/random.ts'
import { KEYS } from '../../support/broker.ts'
import { NO_ID } from './consents.ts'

/** An `Authorization` that is nobody's. */
export const NOBODY: readonly (string | string[])[] = [
  '',
  'Bearer',
  'Bearer ',
  'Bearer wrong',
  `Bearer ${KEYS.ledger} ${KEYS.ops}`,
  `Bearer ${KEYS.ops},`,
  `Bearer\t${KEYS.ops}`,
  `Token ${KEYS.ledger}`,
  KEYS.ledger,
  `Basic ${Buffer.from(`ops:${KEYS.ops}`).toString('base64')}`,
  `Bearer ${KEYS.ledger.toUpperCase()}`,
  `Bearer ${KEYS.ledger.slice(0, -1)}`,
  `Bearer ${KEYS.ledger}\u00e9`,
  `Bearer ${'x'.repeat(5_000)}`,
  `Bearer %6cedger-key-3f9d2b`,
  'Bearer null',
  'Bearer [object Object]',
  // alg: none, and a made-up signature
  'Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJsZWRnZXIiLCJzY29wZSI6Im9wcyB0b2tlbnMifQ.',
  'Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJsZWRnZXIiLCJzY29wZSI6Im9wcyB0b2tlbnMifQ.c2lnbmF0dXJl',
  [`Bearer wrong`, `Bearer ${KEYS.ops}`],
]

/** Content types that are not JSON in UTF-8. */
export const NO_JSON: readonly string[] = [
  'text/plain',
  'text/json',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'application/xml',
  'application/json; charset=latin1',
  'application/json; charset=utf-16',
  'application/json; charset="utf-7"',
  'application/jsonx',
  'application/problem+json',
  '*/*',
  'x',
  '',
]

/** Ids that no consent has. */
export const NO_IDS: readonly string[] = [
  NO_ID,
  '0',
  'null',
  'undefined',
  '%00',
  '..',
  '.',
  '*',
  `${NO_ID}%00`,
  `${NO_ID}%20`,
  `%7b${NO_ID}%7d`,
  `urn:uuid:${NO_ID}`,
  `${NO_ID}%0d%0aX-Injected:%201`,
  `${NO_ID};x=1`,
  "'%20or%201=1--",
  'constructor',
  '__proto__',
  '%e2%80%ae',
  'x'.repeat(300),
  'x'.repeat(7_900),
]

/** Leads to another path than the one that was meant. */
export function mutatePath(path: string, random: Random): string {
  const at = path.indexOf('/', 1 + Math.floor(random.next() * path.length))
  const [head, tail] = at < 0 ? [path, ''] : [path.slice(0, at), path.slice(at)]
  return random.pick([
    `${head}/.${tail}`,
    `${head}/..${tail}`,
    `${head}/%2e%2e${tail}`,
    `${head}/%2e${tail}`,
    `${head}/${tail}`,
    `${head};a=b${tail}`,
    `${head}%2f${tail}`,
    `${head}%00${tail}`,
    `${head}%${tail}`,
    `${head}%zz${tail}`,
    `${head}%ff${tail}`,
    `${head}\\${tail}`,
    `${head}\u00ff${tail}`,
    `${head}%252e${tail}`,
    `/${path}`,
    `${path}/`,
    `${path}.json`,
    `${path}/x`,
    `${path}${'/x'.repeat(4_000)}`,
    path.toUpperCase(),
    `/docs/..${path}`,
    `/docs/static/%2e%2e%2f%2e%2e${path}`,
    `/docs/static/${'..%2f'.repeat(8)}etc/passwd`,
  ])
}

/** A query that no call takes. */
export const NO_QUERIES: readonly string[] = [
  'unknown=1',
  '__proto__[x]=1',
  '__proto__=1',
  'constructor=1',
  'access_token=x',
  'limit=1&limit=2',
  'limit[]=1',
  'limit=%31%00',
  'limit=1e1',
  'limit=9'.padEnd(400, '9'),
  'cursor=%00',
  'cursor=a&cursor=b',
  'status=active&status=revoked',
  'owner=%ff%fe',
  '&&x',
  '=',
  '%',
  'iban=..',
  `x=${'a'.repeat(7_990)}`,
]

/** Idempotency keys that are none. */
export const NO_KEYS: readonly (string | string[])[] = [
  '',
  ' ',
  'a b',
  'x'.repeat(201),
  'é',
  ['a', 'b'],
  'a\tb',
]

/** Headers that change nothing of who may do what, and have done so elsewhere. */
export const HARMLESS: readonly Readonly<Record<string, string | string[]>>[] = [
  { 'x-forwarded-for': '127.0.0.1', 'x-real-ip': '::1', forwarded: 'for=127.0.0.1' },
  { 'x-http-method-override': 'DELETE', 'x-method-override': 'DELETE' },
  { 'x-original-url': '/v1/status', 'x-rewrite-url': '/v1/status' },
  { 'x-request-id': 'a","level":"fatal' },
  { 'x-request-id': '$' + '{jndi:ldap://127.0.0.1/a}' },
  { 'x-request-id': ['a', 'b'] },
  { 'x-caller-id': 'ops', 'x-user': 'ops' },
  { 'user-agent': '() { :;}; echo "\u009b31m' },
  { cookie: '__proto__=x; a=%zz; =; ;' },
  { accept: 'text/html;q=0.1, */*;q=NaN', 'accept-encoding': 'gzip, br, x' },
  { range: 'bytes=0-0, -1', 'if-none-match': '*', 'if-match': '"x"' },
  { origin: 'https://evil.example', referer: 'https://evil.example/?token=x' },
  { 'accept-language': `${'nl,'.repeat(500)}x` },
  { traceparent: '00-zz-zz-00', baggage: 'a=b;c=d' },
]
