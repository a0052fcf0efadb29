import { strict as assert } from 'node:assert'
import { readFile } from 'node:fs/promises'
import fc from 'fast-check'
import t from 'tap'
import { createRandom } from '../chaos/random.ts'
import { call } from '../support/api.ts'
import { activate, start } from '../support/authorize.ts'
import { createWorld, KEYS } from '../support/broker.ts'
import { createBrowser } from '../support/browser.ts'
import { watchChanges } from '../support/change-log.ts'
import { type Answered, assertAnswers, assertDocumented, assertNowhere } from '../support/contract.ts'
import { connectSql } from '../support/sql.ts'
import { OPERATIONS, type RandomRequest, randomRequest } from './support/random-requests.ts'
import { openTokens } from './support/stored-tokens.ts'
import { connectWire, sendAll } from './support/wire.ts'
import { MUTATION_NAMES, type WrongRequest, wrongRequest } from './support/wrong-requests.ts'
import { VISIT_NAMES, type WrongVisit, wrongVisit } from './support/wrong-visits.ts'

/** With fewer not every call is met. */
const ENOUGH = 10_000
/** Other ones find other things: `npm run test:fuzz`, or FUZZ_SEED=… FUZZ_RUNS=… npx tap test/api/fuzz.test.ts */
const SEED =
  process.env.FUZZ_SEED === 'random' ? Date.now() % 2 ** 31 : Number(process.env.FUZZ_SEED ?? 20261122)
const RUNS = Number(process.env.FUZZ_RUNS ?? ENOUGH)
/** One at a time, for they may go well. */
const RANDOM_RUNS = Math.ceil(RUNS / 12)
const VISITS = Math.ceil(RUNS / 5)
const AT_ONCE = 500

/** Limits have tests of their own: here every request is to be judged. */
const NO_LIMITS = { CALLER_MAX_PER_SECOND: 'off', PUBLIC_MAX_PER_MINUTE: 'off' }

// Twenty seconds of one processor, which a busy machine has not always to give.
t.setTimeout(400_000)

const world = await createWorld(t, { env: { REFRESHER: 'off', ...NO_LIMITS } })
const broker = await world.startBroker()
const sql = connectSql(t, world.databaseUrl)
const send = connectWire(t, broker.internalUrl)

const ids = await Promise.all(Array.from({ length: 8 }, () => activate(broker, { granted_to: ['granted'] })))
const { id: pending } = await start(broker)
const { id: revoked } = await start(broker)
await call(broker, `DELETE /v1/consents/${revoked}`)
const [{ k: sealingKey }] = JSON.parse(await readFile(world.env.ENCRYPTION_KEYS_FILE ?? '', 'utf8')).keys
const tokens = await openTokens(sql, world.env)

/** What no answer may hold; the refresh token is the one of the documented example. */
const SECRETS = [...Object.values(KEYS), sealingKey, 'UHjIAzBZfLGh4dLm8cvEcH6d8BrOmCZXumOpznQBP1']
const INSIDE = /node_modules|\bat \S+ \(|\.ts:\d|select |postgres|ECONN/
const changes = await watchChanges(sql)

t.test(`requests that were right and are made wrong, seed ${SEED}`, async (t) => {
  const random = createRandom(SEED)
  const seen = new Map<string, number>()
  for (let sent = 0; sent < RUNS - RANDOM_RUNS - VISITS; sent += AT_ONCE) {
    const batch = Array.from({ length: AT_ONCE }, () => wrongRequest(random, { ids }))
    const before = await changes()
    await sendAll(send, batch, (request, answer) => {
      assertRefused(request, answer)
      for (const how of request.how) count(seen, `${how} ${answer.status}`)
      count(seen, request.operation?.operationId ?? 'none')
    })
    if ((await changes()) !== before)
      throw new Error(`refused, and yet it changed something: ${await culprit(batch)}`)
  }
  t.comment(Object.fromEntries([...seen].sort()))
  if (RUNS < ENOUGH) return
  // Otherwise there would be little to learn from.
  t.same(
    [...OPERATIONS, 'none'].filter((operation) => !seen.has(operation)),
    [],
    'of every call',
  )
  t.same(
    MUTATION_NAMES.filter((name) => ![...seen.keys()].some((key) => key.startsWith(`${name} 4`))),
    [],
  )
})

/** A path that was changed may lead to another call, or nowhere. */
const LEADS_NOWHERE = [400, 401, 403, 404, 405, 413, 414, 415, 429]

function assertRefused(request: WrongRequest, answer: Answered): void {
  const { operation, method, path } = request
  try {
    // Who sends many keys that nobody has is told to wait, and no one else.
    if (answer.status === 429) assert.ok(request.how.includes('nobody'))
    if (operation === null) assertNowhere(`${method} ${path}`, answer, LEADS_NOWHERE)
    else assertAnswers(operation, `${method} ${path}`, answer)
    assert.ok(answer.status >= 400, 'it was not refused')
    assertTellsLittle(answer.text, [...SECRETS, ...tokens])
  } catch (cause) {
    throw new Error(`${shown(request)} answered ${answer.status}: ${(cause as Error).message}`, { cause })
  }
}

function assertTellsLittle(text: string, secrets: readonly string[]): void {
  assert.ok(!INSIDE.test(text), `the inside in ${text}`)
  const told = secrets.find((secret) => text.includes(secret))
  assert.equal(told, undefined, `a secret in ${text}`)
}

/** Sends again what was refused, one after the other, until one of them changes something. */
async function culprit(batch: readonly WrongRequest[]): Promise<string> {
  for (const request of batch) {
    const before = await changes()
    await send(request)
    if ((await changes()) !== before) return shown(request)
  }
  return `one of ${batch.length}, and not when sent again`
}

function shown({ how, method, path, headers, body }: WrongRequest): string {
  return JSON.stringify({ how, method, path, headers, body: body?.toString() }).slice(0, 3_000)
}

function count(seen: Map<string, number>, what: string): void {
  seen.set(what, (seen.get(what) ?? 0) + 1)
}

/** Those who are mostly right come up more often. */
const RIGHT = Array.from({ length: 4 }, () => [KEYS.ledger, KEYS.ops]).flat()
const requests = randomRequest({
  ids: [...ids, pending, revoked],
  authorizations: [...Object.values(KEYS), ...RIGHT, 'wrong'].map((key) => `Bearer ${key}`),
})

let lastChange = ''

/** Sends one; raises where the answer is not documented, a 500, tells too much, or was a refusal and yet did something. */
async function attempt({ operation, route, headers, body }: RandomRequest): Promise<string> {
  const [method = '', path = ''] = route.split(' ')
  const answer = await send({ method, path, headers, body })
  assertDocumented(route, answer)
  const mayTell = /Token$|OpenApi$/.test(operation)
  assertTellsLittle(
    operation === 'getOpenApi' ? '' : answer.text,
    mayTell ? SECRETS : [...SECRETS, ...tokens],
  )
  const before = lastChange
  lastChange = await changes()
  if (answer.status < 400) return `${operation} well`
  assert.equal(lastChange, before, `${answer.status}, and yet something changed`)
  return `${operation} refused`
}

t.test(`random requests, seed ${SEED}`, async (t) => {
  const seen = new Map<string, number>()
  lastChange = await changes()
  const property = fc.asyncProperty(requests, async (request) => count(seen, await attempt(request)))
  await fc.assert(property, { seed: SEED, numRuns: RANDOM_RUNS, endOnFailure: true })
  t.comment(Object.fromEntries([...seen].sort()))
  if (RUNS < ENOUGH) return
  const ended = (word: string) => OPERATIONS.filter((operation) => seen.has(`${operation} ${word}`))
  t.same(ended('refused'), OPERATIONS, 'every call was refused at times')
  t.ok(ended('well').length >= OPERATIONS.length - 3, 'and nearly every one went well at times')
})

t.test(`visits of the public listener, seed ${SEED}`, async (t) => {
  const visit = connectWire(t, broker.publicUrl)
  const travellers = await Promise.all(Array.from({ length: 4 }, () => setOut()))
  const secrets = travellers.flatMap(({ ticket, state, code, cookie }) => [
    ticket,
    state,
    code,
    cookie.slice(-43),
  ])
  const random = createRandom(SEED, 'visits')
  const seen = new Map<string, number>()
  const codesBefore = world.bank.ledger.codes().length
  for (let sent = 0; sent < VISITS; sent += AT_ONCE) {
    const batch = Array.from({ length: AT_ONCE }, () => wrongVisit(random, travellers))
    const before = await changes()
    await sendAll(visit, batch, (one, answer) => {
      assertLeadsNowhere(one, answer, secrets)
      count(seen, `${one.how} ${answer.status}`)
    })
    assert.equal(await changes(), before, 'a wrong visit changed something')
  }
  t.comment(Object.fromEntries([...seen].sort()))
  t.same(
    VISIT_NAMES.filter((name) => ![...seen.keys()].some((key) => key.startsWith(name))),
    [],
  )
  t.equal(world.bank.ledger.codes().length, codesBefore, 'no code was sent to the bank')
  for (const { callbackUrl, browser } of travellers) {
    t.match(await browser.open(callbackUrl), { status: 200, text: 'You have given permission' })
  }
})

/** Goes to the bank and consents there; the way back is still to be taken. */
async function setOut() {
  const { url } = await start(broker)
  const browser = createBrowser()
  const callbackUrl = await browser.walk(url)
  const { state = '', code = '' } = Object.fromEntries(new URL(callbackUrl).searchParams)
  const [cookie = ''] = [...browser.cookies].map((pair) => pair.join('='))
  return { browser, callbackUrl, ticket: url.split('/').at(-1) ?? '', state, code, cookie }
}

const SAFE_HEADERS = {
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
}

function assertLeadsNowhere(
  one: WrongVisit,
  { status, headers, text }: Answered,
  secrets: readonly string[],
): void {
  const what = `${JSON.stringify(one).slice(0, 2_000)} answered ${status} ${text.slice(0, 200)}`
  assert.ok([400, 403, 404, 405, 414].includes(status), what)
  // What is no HTTP message at all is no customer's.
  if (text.includes('This is no valid HTTP request.')) return
  assert.match(headers.get('content-type') ?? '', /^text\/html; charset=utf-8$/, what)
  for (const [name, value] of Object.entries(SAFE_HEADERS)) assert.equal(headers.get(name), value, what)
  assert.match(headers.get('content-security-policy') ?? '', /^default-src 'none'/, what)
  assert.ok(headers.get('x-request-id'), what)
  for (const name of ['location', 'set-cookie']) assert.equal(headers.get(name), null, what)
  assert.ok(![...secrets, ...SECRETS].some((secret) => text.includes(secret)), what)
  assert.ok(!INSIDE.test(text), what)
}

t.test('nothing that was sent wrote a line of its own into the log', async (t) => {
  const lines = broker.logged
  t.ok(lines.length > RUNS / 2, `${lines.length} lines`)
  const forged = lines.filter((line) => line.indexOf('\n') !== line.length - 1 || isForged(JSON.parse(line)))
  t.same(forged.slice(0, 3), [])
  const secrets = [...SECRETS, ...tokens]
  t.same(lines.filter((line) => secrets.some((secret) => line.includes(secret))).slice(0, 3), [])
  t.same(lines.filter((line) => line.includes('"level":"error"')).slice(0, 3), [])
})

/** Fields that a request decides are few, and plain. */
function isForged({ requestId = '', route = '', callerId = '' }: Record<string, unknown>): boolean {
  return ![requestId, route, callerId].every((value) => /^[\w.:@/*{}-]*$/.test(String(value)))
}
