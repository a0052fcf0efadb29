import t from 'tap'
import { PERMISSIONS } from '../../src/core/caller.ts'
import { RULES, type Rule } from '../../src/core/permissions.ts'
import { buildInternalApp } from '../../src/http/internal/app.ts'
import { INERT_PARTS } from '../../src/http/internal/document.ts'
import { OPEN_CALLS } from '../../src/http/internal/ruled.ts'
import { type Answer, call } from '../support/api.ts'
import { activate, SCOPES, start } from '../support/authorize.ts'
import { type CallerName, createWorld } from '../support/broker.ts'
import { watchChanges } from '../support/change-log.ts'
import { DOCUMENT, type Operation } from '../support/contract.ts'
import { connectSql } from '../support/sql.ts'
import { type CallerKind, createKnownKinds, UNKNOWN_KINDS } from './support/caller-kinds.ts'
import { chainFrom, NO_ID } from './support/consents.ts'
import { type Row, readRuleTable } from './support/rule-table.ts'
import { openTokens } from './support/stored-tokens.ts'

const world = await createWorld(t, { env: { REFRESHER: 'off', METRICS_AUTH: 'ops' } })
/** Another way to be known, e.g. by a JWT, is another kind. */
const KINDS: readonly CallerKind[] = [...(await createKnownKinds(world)), ...UNKNOWN_KINDS]
const broker = await world.startBroker()
const sql = connectSql(t, world.databaseUrl)
const TABLE = readRuleTable()

/** How a caller stands to a consent. */
const RELATIONS = ['own', 'granted', 'foreign', 'missing'] as const
type Relation = (typeof RELATIONS)[number]

const known = KINDS.flatMap(({ id }) => (id === null ? [] : [id]))
const foreign = await activate(broker)
const granted = await activate(broker, { granted_to: known })
const own = new Map<string, string>()
for (const id of known) {
  const consent = await activate(broker)
  await sql('update consents set owner = $1 where id = $2', [id, consent])
  own.set(id, consent)
}

function consentOf({ id }: CallerKind, relation: Relation): string {
  if (relation === 'own') return own.get(id ?? '') ?? foreign
  return { granted, foreign, missing: NO_ID }[relation]
}

/** Bodies that are right, where the documented example is not; what a call that goes well answers, where it is no 2xx. */
const BODIES: Record<string, () => object> = {
  startConsent: () => ({ scopes: SCOPES }),
  importConsent: () => chainFrom(world).body,
}
const WELL: Record<string, number> = { confirmConsent: 400 }

/** A message to a subscriber, which is of no caller. */
const [delivery] = await sql(`
  with s as (insert into webhook_subscribers (id, seen_at) values ('ledger', now()))
  insert into webhook_deliveries (message_id, event_id, subscriber, type, consent_id, bank, owner, status, occurred_at)
  values (gen_random_uuid(), 1, 'ledger', 'consent.renewed', gen_random_uuid(), 'abnamro', 'ledger', 'active', now())
  returning id`)

const CALLS = Object.entries(DOCUMENT.paths)
  .flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  )
  // Last, as it ends consents.
  .sort((a, b) => Number(a.method === 'DELETE') - Number(b.method === 'DELETE'))

interface Attempt {
  readonly kind: CallerKind
  readonly relation: Relation
  readonly expected: number
}

function attemptsAt(path: string, operation: Operation, row: Row): Attempt[] {
  const relations = path.includes('{id}') ? RELATIONS : (['own'] as const)
  return KINDS.flatMap((kind) =>
    relations.map((relation) => ({
      kind,
      relation,
      expected: expectedOf(row, kind, path.includes('{id}') ? relation : null) ?? wellOf(operation),
    })),
  )
}

/** The status of a refusal; null where the call goes well. */
function expectedOf(row: Row, { id, permissions }: CallerKind, relation: Relation | null): number | null {
  if (row === null) return null
  if (id === null) return 401
  const gives = permissions.map((permission) => row[permission]).filter((one) => one !== '–')
  if (gives.length === 0) return 403
  if (relation === null) return null
  const all = ['own', 'granted', 'foreign']
  const widened = permissions.includes('ops') ? all : ['own']
  const reached = gives.flatMap((one) => {
    if (one === 'own; with `ops` all') return widened
    return one === 'all' ? all : one.split(', ')
  })
  return reached.includes(relation) ? null : 404
}

function wellOf({ operationId, responses }: Operation): number {
  return WELL[operationId] ?? Number(Object.keys(responses).find((status) => status.startsWith('2')))
}

function bodyOf({ operationId, requestBody }: Operation): object {
  const [example] = Object.values(requestBody?.content['application/json']?.examples ?? {})
  if (requestBody === undefined) return {}
  return { body: BODIES[operationId]?.() ?? example?.value }
}

async function attempt(method: string, { path, operation }: (typeof CALLS)[number], one: Attempt) {
  const { kind, relation } = one
  const filled = path.replace('{id}', consentOf(kind, relation)).replace('{delivery_id}', delivery.id)
  const route = `${method} ${filled}`
  // Without a default of the caller's: what is sent is the kind's own.
  const { authorization = '' } = kind.headers
  return call(broker, route, { ...bodyOf(operation), headers: { ...kind.headers, authorization } })
}

const told: string[] = []
/** What lives until the calls that end consents, of which some end everybody's. */
let living: string[] = []
const changes = await watchChanges(sql)

t.test('the table, the rules and the document are one', async (t) => {
  const calls = CALLS.map(({ method, path }) => `${method} ${path}`)
  t.same([...TABLE.keys()].sort(), [...calls].sort(), 'SECURITY.md has every call, and no other')
  const ids = CALLS.map(({ operation }) => operation.operationId)
  t.same([...Object.keys(RULES), ...OPEN_CALLS].sort(), [...ids].sort(), 'and so have the rules')
  for (const { method, path, operation } of CALLS) {
    const row = TABLE.get(`${method} ${path}`) ?? null
    const rule: Rule | undefined = (RULES as Record<string, Rule>)[operation.operationId]
    const needed = Object.entries(row ?? {}).filter(([, gives]) => gives !== '–')
    const anyOf = rule?.anyOf.length === 0 ? PERMISSIONS : (rule?.anyOf ?? [])
    t.same([...anyOf].sort(), needed.map(([permission]) => permission).sort(), path)
    t.same(new Set(needed.map(([, gives]) => gives)), givenBy(rule), `${method} ${path}`)
    const shown = operation as unknown as Record<string, unknown>
    t.same([shown['x-permissions'], shown['x-reach']], [rule?.anyOf, rule?.reach], 'as the document tells')
    for (const permission of rule?.anyOf ?? []) t.match(operation.description, `\`${permission}\``)
  }
})

function givenBy(rule: Rule | undefined): Set<string> {
  const words = {
    none: ['yes'],
    own: ['own'],
    may_manage: ['own; with `ops` all'],
    may_use: ['own, granted'],
    may_read: ['own', 'all'],
    all: ['all'],
  }
  return new Set(rule === undefined ? [] : words[rule.reach])
}

t.test('a route without a rule stops the start', async (t) => {
  const app = await buildInternalApp(INERT_PARTS)
  t.teardown(() => app.close())
  t.throws(() => app.get('/v1/secrets', async () => ''), { message: /\/v1\/secrets has no rule/ })
  const schema = { operationId: 'readSecrets' }
  t.throws(() => app.get('/v1/secrets', { schema }, async () => ''), { message: /no rule/ })
})

for (const one of CALLS) {
  const { method, path, operation } = one
  if (method === 'DELETE' && living.length === 0) readLiving()
  const methods = method === 'GET' ? ['HEAD', 'GET'] : [method]
  t.test(`${method} ${path}`, async (t) => {
    const attempts = attemptsAt(path, operation, TABLE.get(`${method} ${path}`) ?? null)
    const well = attempts.filter(({ expected }) => expected === wellOf(operation))
    const refused = attempts.filter((attempt) => !well.includes(attempt))
    // Before, so that nothing was done that may not be; after, so that no token is remembered for others.
    const again = operation.operationId === 'getToken' ? refused : []
    for (const some of [refused, well, again]) {
      const before = await changes()
      for (const attempted of some) {
        for (const sent of methods) check(t, attempted, await attempt(sent, one, attempted))
      }
      if (some !== well) t.equal(await changes(), before, 'what is refused changes nothing')
    }
    t.ok(well.length > 0)
  })
}

const CODES: Record<number, string> = { 401: 'unauthorized', 403: 'forbidden', 404: 'consent_not_found' }

function check(t: Pick<typeof import('tap').default, 'equal' | 'match'>, one: Attempt, answer: Answer): void {
  const { kind, relation, expected } = one
  if (kind.name === 'only-ops') told.push(answer.text, JSON.stringify([...answer.headers]))
  const what = `${kind.name}, ${relation}`
  t.equal(answer.status, expected, `${what}: ${answer.text.slice(0, 200)}`)
  if (answer.text === '') return
  if (expected === 400) t.match(answer.body, { field: 'result_code' }, `${what}: all but the code is right`)
  else if (expected >= 400) t.equal(answer.body.code, CODES[expected], what)
}

t.test('a foreign consent is answered word for word as one that does not exist', async (t) => {
  for (const one of CALLS.filter(({ path }) => path.includes('{id}'))) {
    const row = TABLE.get(`${one.method} ${one.path}`) ?? null
    for (const kind of KINDS.filter(({ id }) => id !== null)) {
      const hidden = RELATIONS.filter((relation) => expectedOf(row, kind, relation) === 404)
      const answers = await Promise.all(
        hidden.map((relation) => attempt(one.method, one, { kind, relation, expected: 404 })),
      )
      t.equal(new Set(answers.map(withoutItsId)).size, Math.min(1, hidden.length), `${kind.name} ${one.path}`)
    }
  }
})

function withoutItsId({ status, headers, text, body }: Answer): string {
  const ofEvery = [...headers].filter(([name]) => !['date', 'x-request-id'].includes(name))
  return JSON.stringify([status, ofEvery, text.replace(body.request_id, '')])
}

t.test('who works in operations alone never sees a token', async (t) => {
  const key = { 'idempotency-key': 'an-order' }
  const body = { scopes: SCOPES }
  t.match(await call(broker, 'POST /v1/consents', { body, headers: key }), { status: 201 })
  t.match(await call(broker, 'POST /v1/consents', { as: 'ops', body, headers: key }), { status: 403 })
  const tokens = [...living, ...(await openTokens(sql, world.env))]
  t.ok(living.length >= 2 * (known.length - 1), `${living.length} tokens of living consents`)
  t.ok(told.length > 80, `${told.length} answers`)
  t.same(
    tokens.filter((token) => told.some((text) => text.includes(token))),
    [],
  )
})

function readLiving(): void {
  t.test('the tokens that live are those that others are given', async (t) => {
    living = await openTokens(sql, world.env)
    const { body: handed } = await call(broker, `POST /v1/consents/${granted}/token`, { body: {} })
    t.ok(living.includes(handed.access_token))
  })
}

t.test('a list shows its caller its own consents only, and operations all', async (t) => {
  const mine = await start(broker, { customer_reference: 'shared' }, 'ledger')
  const theirs = await start(broker, { customer_reference: 'shared', granted_to: ['ledger'] }, 'other')
  const idsFor = async (as: CallerName, query = '') => {
    const { body } = await call(broker, `GET /v1/consents?customer_reference=shared${query}`, { as })
    return body.items.map((item: { id: string }) => item.id)
  }
  t.same(await idsFor('ledger'), [mine.id])
  t.same(await idsFor('other'), [theirs.id])
  t.same(await idsFor('reader'), [])
  t.same(await idsFor('ledger', '&owner=other'), [], 'asking for it does not help')
  t.same(await idsFor('ledger', '&owner=ledger'), [mine.id])
  t.same(await idsFor('ops', '&sort=newest'), [theirs.id, mine.id])
  t.same(await idsFor('ops', '&owner=other'), [theirs.id])
})
