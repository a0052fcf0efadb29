import type { RequestListener } from 'node:http'
import {
  createFileKeys,
  createJwtCallers,
  createRemoteKeys,
  type KeySource,
} from '../../src/callers/index.ts'
import { isUnrecognized, type RecognizeCaller } from '../../src/core/recognition.ts'
import { t } from '../support/parts.ts'
import { waitFor } from '../support/wait-for.ts'
import { type DrivenClock, drivenClock } from './support/driven-clock.ts'
import { type Provider, startProvider } from './support/provider.ts'
import { AUDIENCE, claims, ISSUER, newSigner, type Signer, sign } from './support/tokens.ts'

const [one, two, three] = await Promise.all([
  newSigner('ES256', 'one'),
  newSigner('ES256', 'two'),
  newSigner('EdDSA', 'three'),
])

const RULES = {
  issuer: ISSUER,
  audience: AUDIENCE,
  algorithms: ['ES256', 'EdDSA'],
  idClaim: 'sub',
  permissionsClaim: 'scope',
  toleranceMs: 10_000,
  maxTokenAgeMs: null,
}
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

async function show(recognize: RecognizeCaller, token: string): Promise<string> {
  try {
    const found = await recognize(token)
    return isUnrecognized(found) ? found.refusal : found.id
  } catch (error) {
    return `${(error as { code: string }).code} ${(error as { retryAfterSeconds: number }).retryAfterSeconds}`
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

/** Keys that count how often one was looked for. */
function countedKeys(...signers: Signer[]) {
  const file = createFileKeys(JSON.stringify({ keys: signers.map(({ jwk }) => jwk) }))
  let finds = 0
  const keys: KeySource = {
    generation: file.generation,
    find: (header, token) => {
      finds += 1
      return file.find(header, token)
    },
  }
  return { keys, use: file.use, finds: () => finds }
}

t.test('a token is verified once, however often and together it comes', async (t) => {
  const clock = drivenClock()
  const { keys, use, finds } = countedKeys(one)
  const recognize = createJwtCallers({ rules: RULES, keys, clock, mostKnown: 2 })
  const by = (sub: string) => sign(one, claims({ sub }, clock.now().getTime()))
  const [a, b, c] = await Promise.all([by('a'), by('b'), by('c')])
  const together = await Promise.all(Array.from({ length: 100 }, () => show(recognize, a)))
  t.same(new Set(together), new Set(['a']))
  t.equal(finds(), 1)
  t.equal(await show(recognize, b), 'b')
  t.equal(await show(recognize, a), 'a')
  t.equal(finds(), 2, 'one each')
  t.notOk(recognize(a) instanceof Promise, 'who is known waits for nothing')
  t.equal(await show(recognize, c), 'c')
  t.equal(await show(recognize, a), 'a')
  t.equal(finds(), 3, 'the one used last stays')
  t.equal(await show(recognize, b), 'b')
  t.equal(finds(), 4, 'the one used longest ago was forgotten')
  use(JSON.stringify({ keys: [one.jwk, two.jwk] }))
  t.equal(await show(recognize, b), 'b')
  t.equal(finds(), 5, 'other keys, another look')
  use(JSON.stringify({ keys: [two.jwk] }))
  t.equal(await show(recognize, b), 'unknown_signer')
  t.throws(() => use('{"keys":[]}'), { code: 'settings_invalid' })
  t.equal(await show(recognize, b), 'unknown_signer', 'as it was')
})

t.test('a verified token ends when it ends, tolerance included', async (t) => {
  const clock = drivenClock()
  const { keys, finds } = countedKeys(one)
  const nowS = clock.now().getTime() / 1000
  const recognize = createJwtCallers({ rules: RULES, keys, clock })
  const [token, early] = await Promise.all([
    sign(one, claims({ exp: nowS + 60 }, clock.now().getTime())),
    sign(one, claims({ nbf: nowS + 20 }, clock.now().getTime())),
  ])
  t.equal(await show(recognize, token), 'ledger')
  t.equal(await show(recognize, early), 'not_yet_valid')
  clock.advance(9_999)
  t.equal(await show(recognize, early), 'not_yet_valid')
  clock.advance(1)
  t.equal(await show(recognize, early), 'ledger', 'as far ahead as the tolerance')
  clock.advance(59_999)
  t.equal(await show(recognize, token), 'ledger')
  clock.advance(1)
  t.equal(await show(recognize, token), 'expired')
  t.equal(finds(), 4, 'each known from its first look on, and nothing looked for once it had ended')
  const anew = createJwtCallers({ rules: RULES, keys, clock })
  t.equal(await show(anew, token), 'expired', 'the same to who never saw it')
})

t.test('with a greatest age, iat decides as well', async (t) => {
  const clock = drivenClock()
  const nowMs = clock.now().getTime()
  const { keys } = countedKeys(one)
  const recognize = createJwtCallers({ rules: { ...RULES, maxTokenAgeMs: 60_000 }, keys, clock })
  const by = async (more: object) => show(recognize, await sign(one, claims({ ...LONG, ...more }, nowMs)))
  const known = await sign(one, claims(LONG, nowMs))
  t.equal(await show(recognize, known), 'ledger')
  t.equal(await by({ iat: undefined }), 'claims')
  t.equal(await by({ iat: nowMs / 1000 - 71 }), 'expired')
  t.equal(await by({ iat: nowMs / 1000 - 70 }), 'ledger')
  t.equal(await by({ iat: nowMs / 1000 + 11 }), 'not_yet_valid')
  clock.advance(69_999)
  t.equal(await show(recognize, known), 'ledger')
  clock.advance(1_001)
  t.equal(await show(recognize, known), 'expired', 'also who was known')
  t.equal(await by({}), 'expired')
})

const CLAIMS: readonly (readonly [string, string, string, object, string, readonly string[]])[] = [
  ['RFC 9068', 'client_id', 'scope', { client_id: 'svc', scope: 'tokens ops' }, 'svc', ['tokens', 'ops']],
  ['Keycloak', 'azp', 'scope', { sub: 'b6f3', azp: 'svc', scope: 'profile tokens' }, 'svc', ['tokens']],
  ['Entra ID', 'azp', 'roles', { azp: 'svc', roles: ['tokens', 'Other'] }, 'svc', ['tokens']],
  ['Entra ID 1.0', 'appid', 'roles', { appid: 'svc', roles: ['ops'] }, 'svc', ['ops']],
  ['Okta', 'cid', 'scp', { cid: 'svc', scp: ['consents:read'] }, 'svc', ['consents:read']],
  ['Auth0', 'sub', 'scope', { sub: 'x1@clients', scope: 'consents:write' }, 'x1@clients', ['consents:write']],
  [
    'another claim than the one set',
    'sub',
    'scope',
    { scope: undefined, roles: ['ops'], scp: 'ops' },
    'ledger',
    [],
  ],
  ['odd permissions', 'sub', 'scope', { scope: [['ops'], 'OPS', 7, null, 'tokens ops'] }, 'ledger', []],
  ['permissions in an object', 'sub', 'scope', { scope: { tokens: true } }, 'ledger', []],
]

t.test('caller and permissions are read where the settings say', async (t) => {
  const clock = drivenClock()
  const { keys } = countedKeys(one)
  for (const [what, idClaim, permissionsClaim, more, id, permissions] of CLAIMS) {
    const recognize = createJwtCallers({ rules: { ...RULES, idClaim, permissionsClaim }, keys, clock })
    const found = await recognize(await sign(one, claims({ ...more }, clock.now().getTime())))
    if (isUnrecognized(found)) t.fail(`${what}: ${found.detail}`)
    else t.same({ id: found.id, permissions: [...found.permissions] }, { id, permissions }, what)
  }
})

const { d: _, ...publicPart } = { ...one.jwk, d: '' }
const BAD_FILES: readonly (readonly [string, unknown, RegExp])[] = [
  ['no JSON', undefined, /must be a JWK Set/],
  ['no set', {}, /must be a JWK Set/],
  ['a key alone', one.jwk, /must be a JWK Set/],
  ['no key', { keys: [] }, /of at least one key/],
  ['null for a key', { keys: [null] }, /must be a JWK Set/],
  [
    'a private key',
    { keys: [one.jwk, { ...publicPart, d: 'c2VjcmV0' }] },
    /key 2 is a private or a symmetric one/,
  ],
  ['a symmetric key', { keys: [{ kty: 'oct', k: 'c2VjcmV0' }] }, /key 1 is a private or a symmetric one/],
]

t.test('what is wrong with CALLER_JWKS_FILE is told in a whole sentence, without a key', async (t) => {
  for (const [what, content, sentence] of BAD_FILES) {
    try {
      createFileKeys(JSON.stringify(content) ?? '{')
      t.fail(what)
    } catch (error) {
      const { code, message } = error as { code: string; message: string }
      t.equal(code, 'settings_invalid', what)
      t.match(message, /^CALLER_JWKS_FILE can't be used: .*\.$/, what)
      t.match(message, sentence, what)
      t.notMatch(message, 'c2VjcmV0', what)
    }
  }
})
