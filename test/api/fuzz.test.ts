import { readFile } from 'node:fs/promises'
import fc from 'fast-check'
import t from 'tap'
import { call } from '../support/api.ts'
import { activate, start } from '../support/authorize.ts'
import { createWorld, KEYS } from '../support/broker.ts'
import { getToken } from '../support/consents.ts'
import { connectSql } from '../support/sql.ts'
import { fingerprint } from './support/consents.ts'
import { OPERATIONS, type RandomRequest, randomRequest } from './support/random-requests.ts'

/** Other ones find other things: FUZZ_SEED=… FUZZ_RUNS=… npx tap test/api/fuzz.test.ts */
const SEED = Number(process.env.FUZZ_SEED ?? 20261122)
const RUNS = Number(process.env.FUZZ_RUNS ?? 1500)

const world = await createWorld(t, { env: { REFRESHER: 'off' } })
const broker = await world.startBroker()
const sql = connectSql(t, world.databaseUrl)

const active = await activate(broker, { granted_to: ['granted'] })
const more = await Promise.all(Array.from({ length: 6 }, () => activate(broker, { granted_to: ['granted'] })))
const { id: pending } = await start(broker)
const { id: revoked } = await start(broker)
await call(broker, `DELETE /v1/consents/${revoked}`)
const { access_token } = (await getToken(broker, active)).body
const [{ k: sealingKey }] = JSON.parse(await readFile(world.env.ENCRYPTION_KEYS_FILE ?? '', 'utf8')).keys

/** What no answer may hold; the refresh token is the one of the documented example. */
const SECRETS = [...Object.values(KEYS), sealingKey, 'UHjIAzBZfLGh4dLm8cvEcH6d8BrOmCZXumOpznQBP1']
const INSIDE = /node_modules|\bat \S+ \(|\.ts:\d|select |postgres|ECONN/

/** Those who are mostly right come up more often. */
const RIGHT = Array.from({ length: 4 }, () => [KEYS.ledger, KEYS.ops]).flat()

const requests = randomRequest({
  ids: [active, ...more, pending, revoked],
  authorizations: [...Object.values(KEYS), ...RIGHT, 'wrong'].map((key) => `Bearer ${key}`),
})

let stored = await fingerprint(sql)

/** Sends one; raises where the answer is not documented, a 500, tells too much, or was a refusal and yet did something. */
async function attempt({ operation, route, headers, body }: RandomRequest): Promise<string> {
  const { status, text } = await call(broker, route, { headers, ...(body === undefined ? {} : { body }) })
  assertKeepsSecrets(operation, text)
  const before = stored
  stored = await fingerprint(sql)
  if (status < 400) return `${operation} well`
  if (INSIDE.test(text)) throw new Error(`the inside in ${text}`)
  if (stored !== before) throw new Error(`${status}, and yet something changed`)
  return `${operation} refused`
}

function assertKeepsSecrets(operation: string, text: string): void {
  if (operation === 'getOpenApi') return
  const secrets = /Token$/.test(operation) ? SECRETS : [...SECRETS, access_token]
  const told = secrets.find((secret) => text.includes(secret))
  if (told !== undefined) throw new Error(`a secret in ${text}`)
}

t.test(`random requests, seed ${SEED}`, async (t) => {
  const seen = new Map<string, number>()
  const property = fc.asyncProperty(requests, async (request) => {
    const outcome = await attempt(request)
    seen.set(outcome, (seen.get(outcome) ?? 0) + 1)
  })
  await fc.assert(property, { seed: SEED, numRuns: RUNS, endOnFailure: true })
  t.comment(Object.fromEntries([...seen].sort()))
  if (RUNS < 1500) return
  // Otherwise there would be little to learn from.
  const ended = (word: string) => OPERATIONS.filter((operation) => seen.has(`${operation} ${word}`))
  t.same(ended('refused'), OPERATIONS, 'every call was refused at times')
  t.ok(ended('well').length >= OPERATIONS.length - 3, 'and nearly every one went well at times')
})
