import { PERMISSIONS, type Permission } from '../../../src/core/caller.ts'
import type { Random } from '../../chaos/random.ts'
import { type CallerName, KEYS } from '../../support/broker.ts'
import { DOCUMENT, type Operation } from '../../support/contract.ts'
import { mutateBody } from './mutate-body.ts'
import { HARMLESS, mutatePath, NO_IDS, NO_JSON, NO_KEYS, NO_QUERIES, NOBODY } from './mutate-line.ts'
import { type Row, readRuleTable } from './rule-table.ts'
import type { WireRequest } from './wire.ts'

/** A request that must be refused, what for, and the operation that answers; null where none does. */
export interface WrongRequest extends WireRequest {
  readonly operation: Operation | null
  readonly how: readonly string[]
}

/** A request that is right at first, and is made wrong. */
interface Draft {
  readonly pattern: string
  readonly row: Row
  readonly example: Record<string, unknown> | null
  readonly schema: object
  operation: Operation | null
  method: string
  path: string
  headers: Record<string, string | string[]>
  body: string | Buffer | undefined
  isWrong: boolean
}

export interface Known {
  /** Consents of ledger's, granted to `granted`. */
  readonly ids: readonly string[]
}

const TABLE = readRuleTable()
const CALLS = Object.entries(DOCUMENT.paths).flatMap(([pattern, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({
    pattern,
    method: method.toUpperCase(),
    operation,
  })),
)
const PERMITTED: Record<CallerName, readonly Permission[]> = {
  ledger: PERMISSIONS.filter((one) => one !== 'ops'),
  other: PERMISSIONS.filter((one) => one !== 'ops'),
  granted: ['tokens'],
  reader: ['consents:read'],
  ops: ['ops'],
}

function begin(random: Random, { ids }: Known): Draft {
  const { pattern, method, operation } = random.pick(CALLS)
  const row = TABLE.get(`${method} ${pattern}`) ?? null
  const media = operation.requestBody?.content['application/json']
  const examples = Object.values(media?.examples ?? {}).map(({ value }) => value as Record<string, unknown>)
  const example = examples.length === 0 ? null : random.pick(examples)
  return {
    pattern,
    row,
    example,
    schema: media?.schema ?? {},
    operation,
    method,
    path: pattern.replace('{id}', random.pick(ids)).replace('{delivery_id}', '4688'),
    headers: {
      authorization: `Bearer ${KEYS[mayCall('ledger', row) ? 'ledger' : 'ops']}`,
      ...(example === null ? {} : { 'content-type': 'application/json' }),
    },
    body: example === null ? undefined : JSON.stringify(example),
    isWrong: false,
  }
}

function mayCall(caller: CallerName, row: Row): boolean {
  return row === null || PERMITTED[caller].some((permission) => row[permission] !== '–')
}

/** Whether a caller that is not the owner reaches ledger's consents all the same. */
function reaches(caller: CallerName, row: Row): boolean {
  const gives = row === null ? [] : PERMITTED[caller].map((permission) => row[permission])
  return gives.includes('all') || (caller === 'granted' && gives.includes('own, granted'))
}

type Mutation = (draft: Draft, random: Random) => void

const PAGED = ['/v1/consents', '/v1/consents/{id}/events', '/v1/webhooks/deliveries']

const MUTATIONS: Readonly<Record<string, Mutation>> = {
  nobody(draft, random) {
    if (draft.row === null || draft.pattern === '/metrics') return
    draft.isWrong = true
    if (random.next() < 0.1) delete draft.headers.authorization
    else draft.headers.authorization = random.pick(NOBODY)
  },
  'another caller'(draft, random) {
    const caller = random.pick(['other', 'granted', 'reader', 'ops'] as const)
    const isFree = draft.row === null || draft.pattern === '/metrics'
    const isKept =
      !mayCall(caller, draft.row) || (draft.pattern.includes('{id}') && !reaches(caller, draft.row))
    if (isFree || !isKept) return
    draft.isWrong = true
    draft.headers.authorization = `Bearer ${KEYS[caller]}`
  },
  body(draft, random) {
    // What is wrong already must not be put right.
    if (draft.example === null || draft.body !== JSON.stringify(draft.example)) return
    const { bytes, isWrong } = mutateBody(draft.example, draft.schema, random)
    draft.body = bytes
    draft.isWrong ||= isWrong
  },
  'a page elsewhere'(draft, random) {
    if (!['startConsent', 'renewConsent'].includes(draft.operation?.operationId ?? '')) return
    const return_url = random.pick([
      'https://evil.example/',
      'http://127.0.0.1:10/',
      '//127.0.0.1:9/',
      'data:,x',
    ])
    draft.body = JSON.stringify({ ...draft.example, return_url })
    draft.isWrong = true
  },
  'a body where there is none'(draft, random) {
    if (draft.example !== null || draft.method === 'GET') return
    draft.body = random.pick(['[1]', '"x"', '{"a":1}', '{', 'null '])
    draft.headers['content-type'] = 'application/json'
    draft.isWrong = true
  },
  'content type'(draft, random) {
    if (draft.body === undefined || draft.body.length === 0 || draft.method === 'GET') return
    draft.headers['content-type'] = random.pick(NO_JSON)
    draft.isWrong = true
  },
  encoding(draft, random) {
    if (draft.body === undefined || draft.body.length === 0) return
    draft.headers['content-encoding'] = random.pick(['gzip', 'br', 'x', 'identity, gzip'])
    draft.isWrong = true
  },
  path(draft, random) {
    draft.path = mutatePath(draft.path, random)
    draft.operation = null
    draft.isWrong = true
  },
  id(draft, random) {
    if (!draft.pattern.includes('id}')) return
    const id = random.pick(NO_IDS)
    draft.path = draft.pattern.replace(/\{(delivery_)?id\}/, () => id)
    if (/^(\.{1,2}|constructor|x{7900})$/.test(id)) draft.operation = null
    draft.isWrong = true
  },
  query(draft, random) {
    draft.path = `${draft.path}?${random.pick(NO_QUERIES)}`
    const isPaged = PAGED.includes(draft.pattern)
    draft.isWrong ||= draft.path.includes('?unknown') || (!isPaged && !/\?(=|&&x)$/.test(draft.path))
  },
  method(draft, random) {
    const others = ['PUT', 'PATCH', 'OPTIONS', 'TRACE', 'PROPFIND', 'POST', 'DELETE', 'GET']
    const taken = Object.keys(DOCUMENT.paths[draft.pattern] ?? {}).map((method) => method.toUpperCase())
    draft.method = random.pick(others.filter((method) => !taken.includes(method)))
    if (draft.method === 'GET') draft.body = undefined
    draft.operation = null
    draft.isWrong = true
  },
  'idempotency key'(draft, random) {
    draft.headers['idempotency-key'] = random.pick(NO_KEYS)
    draft.isWrong ||= draft.operation?.operationId === 'startConsent'
  },
  headers(draft, random) {
    Object.assign(draft.headers, random.pick(HARMLESS))
  },
}

/** Makes a request that is wrong in one way or in several; each began as a right one. */
export function wrongRequest(random: Random, known: Known): WrongRequest {
  for (;;) {
    const draft = begin(random, known)
    const how = [
      ...new Set(Array.from({ length: 1 + Math.floor(random.next() * 3) }, () => pickName(random))),
    ]
    for (const name of how) MUTATIONS[name]?.(draft, random)
    const { method, path, headers, body, operation } = draft
    if (draft.isWrong && isSendable(draft)) return { method, path, headers, body, operation, how }
  }
}

/** The ways to make a request wrong, and one that only looks so. */
export const MUTATION_NAMES = Object.keys(MUTATIONS)
const NAMES = [...MUTATION_NAMES, 'body', 'body', 'body', 'another caller']

function pickName(random: Random): string {
  return random.pick(NAMES)
}

/** A GET has no body here: what comes of one is a matter of the framework's (`wire.part.ts`). */
function isSendable({ method, body, headers }: Draft): boolean {
  return (
    (method !== 'GET' && method !== 'TRACE') ||
    (body === undefined && headers['content-encoding'] === undefined)
  )
}
