import type { RequestListener } from 'node:http'
import { createJwtCallers, createRemoteKeys } from '../../src/callers/index.ts'
import type { RecognizeCaller } from '../../src/core/recognition.ts'
import { t } from '../support/parts.ts'
import { waitFor } from '../support/wait-for.ts'
import { type DrivenClock, drivenClock } from './support/driven-clock.ts'
import { type Provider, startProvider } from './support/provider.ts'
import { RULES, show } from './support/recognized.ts'
import { claims, newSigner, type Signer, sign } from './support/tokens.ts'

const [one, two, three] = await Promise.all([
  newSigner('ES256', 'one'),
  newSigner('ES256', 'two'),
  newSigner('EdDSA', 'three'),
])

const COOLDOWN_MS = 400
const RELOAD_MS = 60_000
const MAX_AGE_MS = 600_000

interface Scene {
  readonly clock: DrivenClock
  readonly provider: Provider
  readonly recognize: RecognizeCaller
  readonly logged: string[]
  /** The caller's id, or why there is none. */
  show(token: string | Promise<string>): Promise<string>
  by(signer: Signer, more?: Record<string, unknown>, header?: object): Promise<string>
}

/** Callers by JWT whose keys come from a provider over HTTP, fetched by a loop that ends with `t`. */
async function setScene(t: Parameters<typeof startProvider>[0], ...signers: Signer[]): Promise<Scene> {
  const clock = drivenClock()
  const provider = await startProvider(t)
  if (signers.length > 0) provider.give(...signers.map(({ jwk }) => jwk))
  const logged: string[] = []
  const note = (_fields: object, text: string) => void logged.push(text)
  const log = { info: note, warn: note, error: note }
  const times = { reloadEveryMs: RELOAD_MS, cooldownMs: COOLDOWN_MS, maxAgeMs: MAX_AGE_MS }
  const keys = createRemoteKeys({ url: provider.url, ...times, clock, log })
  const stopping = new AbortController()
  const running = keys.run(stopping.signal)
  t.teardown(async () => {
    stopping.abort()
    await running
  })
  await waitFor('the first fetch', () => logged.length > 0)
  const recognize = createJwtCallers({ rules: RULES, keys, clock })
  return {
    clock,
    provider,
    recognize,
    logged,
    show: async (token) => show(recognize, await token),
    by: (signer, more = {}, header = {}) => sign(signer, claims(more, clock.now().getTime()), header),
  }
}

const AWAY = 'identity_provider_unavailable 1'
const LONG = { exp: Date.parse('2030-01-01') / 1000 }

t.test(
  'a new key is found as soon as a token names it, a withdrawn one is gone at the next look',
  async (t) => {
    const { clock, provider, show, by } = await setScene(t, one)
    const old = by(one, LONG)
    t.equal(await show(old), 'ledger')
    t.equal(await show(by(two)), 'unknown_signer')
    provider.give(one.jwk, two.jwk)
    t.equal(await show(by(two)), 'unknown_signer', 'it was looked for a moment ago')
    clock.advance(COOLDOWN_MS)
    t.equal(await show(by(two)), 'ledger')
    provider.give(two.jwk)
    t.equal(await show(old), 'ledger', 'not yet known to be withdrawn')
    clock.advance(RELOAD_MS)
    await waitFor('the next look', async () => (await show(old)) === 'unknown_signer')
    t.equal(await show(by(two)), 'ledger')
  },
)

t.test('tokens with unknown keys cost one fetch a cooldown, however many come', async (t) => {
  const { clock, provider, show, by } = await setScene(t, one)
  const flood = async (round: number) => {
    const kids = Array.from({ length: 200 }, (_, index) => `made-up-${round}-${index}`)
    return new Set(await Promise.all(kids.map((kid) => show(by(one, {}, { kid })))))
  }
  const before = provider.fetches()
  t.same(await flood(1), new Set(['unknown_signer']))
  t.equal(provider.fetches(), before, 'it was fetched a moment ago')
  clock.advance(COOLDOWN_MS)
  t.same(await flood(2), new Set(['unknown_signer']))
  t.same(await flood(3), new Set(['unknown_signer']))
  t.equal(provider.fetches(), before + 1)
  provider.answer((_request, response) => response.writeHead(500).end())
  clock.advance(COOLDOWN_MS)
  t.same(await flood(4), new Set([AWAY]), 'nobody can tell')
  t.same(await flood(5), new Set([AWAY]))
  t.equal(provider.fetches(), before + 2, 'also while it fails')
  t.equal(await show(by(one)), 'ledger', 'nobody else suffers')
})

t.test('a provider that goes away takes no known key with it, for a time', async (t) => {
  const { clock, provider, show, by, logged } = await setScene(t, one)
  const cached = by(one, LONG)
  t.equal(await show(cached), 'ledger')
  provider.answer((request) => request.socket.destroy())
  clock.advance(RELOAD_MS)
  await waitFor('the failed fetch', () => logged.some((text) => text.includes('cannot be fetched')))
  t.equal(await show(by(one, { jti: 'new' })), 'ledger')
  t.equal(await show(by(two)), AWAY)
  clock.advance(MAX_AGE_MS - RELOAD_MS - 1)
  t.equal(await show(by(one, { jti: 'later' })), 'ledger')
  t.equal(await show(cached), 'ledger')
  clock.advance(1)
  t.equal(await show(by(one, { jti: 'too late' })), AWAY, 'nobody knows whether the key was withdrawn')
  t.equal(await show(cached), AWAY, 'not for those who came before either')
  t.equal(logged.filter((text) => text.includes('cannot be fetched')).length, 1, 'said once')
  provider.give(one.jwk)
  clock.advance(COOLDOWN_MS)
  await waitFor('the keys again', async () => (await show(cached)) === 'ledger')
  t.ok(logged.includes('the identity provider gives its keys again'))
})

t.test('a slow provider holds up only who needs it, and not for long', async (t) => {
  const { clock, provider, show, by } = await setScene(t, one)
  const held: (() => void)[] = []
  provider.answer((_request, response) => void held.push(() => response.end()))
  clock.advance(COOLDOWN_MS)
  const unknown = show(by(two))
  await waitFor('the fetch', () => held.length > 0)
  t.equal(await show(by(one)), 'ledger')
  const startedAtMs = performance.now()
  t.equal(await unknown, AWAY)
  t.ok(performance.now() - startedAtMs < 3_000, 'it is given as long as the cooldown')
})

const body =
  (text: string, status = 200, headers = {}): RequestListener =>
  (_request, response) =>
    response.writeHead(status, headers).end(text)

const both = JSON.stringify({ keys: [one.jwk, two.jwk] })
const filler = { kty: 'RSA', kid: 'filler', n: 'A'.repeat(300 * 1024), e: 'AQAB' }
const BAD_ANSWERS: readonly (readonly [string, RequestListener])[] = [
  ['an error', body(both, 500)],
  ['another success', body(both, 203)],
  ['no JSON', body(both.slice(0, -1))],
  ['nothing', body('')],
  ['no key set', body('{"jwks_uri":"https://id.example.nl"}')],
  ['a list', body(JSON.stringify([two.jwk]))],
  ['an entry that is no key', body(JSON.stringify({ keys: [two.jwk, 'key'] }))],
  ['a huge set', body(JSON.stringify({ keys: [one.jwk, two.jwk, filler] }))],
  [
    'a body cut short',
    (request, response) => {
      response.writeHead(200, { 'content-length': both.length + 9 })
      response.write(both, () => request.socket.destroy())
    },
  ],
  [
    'a redirect',
    (request, response) =>
      request.url === '/elsewhere'
        ? response.end(both)
        : response.writeHead(302, { location: '/elsewhere' }).end(),
  ],
]

t.test('what is no key set changes nothing', async (t) => {
  const { clock, provider, show, by } = await setScene(t, one)
  for (const [what, listener] of BAD_ANSWERS) {
    provider.answer(listener)
    clock.advance(COOLDOWN_MS)
    const before = provider.fetches()
    t.equal(await show(by(two)), AWAY, what)
    t.equal(provider.fetches(), before + 1, what)
    t.equal(await show(by(one)), 'ledger', what)
  }
  provider.answer(body(both))
  clock.advance(COOLDOWN_MS)
  t.equal(await show(by(two)), 'ledger')
})

t.test('a set without end is not read to its end', async (t) => {
  const { clock, provider, show, by } = await setScene(t, one)
  let closed = false
  provider.answer((_request, response) => {
    const writing = setInterval(() => response.write('x'.repeat(100_000)), 1)
    response.on('close', () => {
      closed = true
      clearInterval(writing)
    })
  })
  clock.advance(COOLDOWN_MS)
  t.equal(await show(by(two)), AWAY)
  await waitFor('the connection to be closed', () => closed)
})

t.test('a token without kid is taken where it can mean one key alone', async (t) => {
  const { clock, provider, show, by } = await setScene(t, one, three)
  t.equal(await show(by(three, {}, { kid: undefined })), 'ledger')
  provider.give(one.jwk, two.jwk)
  clock.advance(RELOAD_MS)
  await waitFor('two keys', async () => (await show(by(two))) === 'ledger')
  t.equal(await show(by(one, {}, { kid: undefined })), 'unknown_signer')
})
