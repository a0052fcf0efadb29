import { createFileKeys, createJwtCallers, type KeySource } from '../../src/callers/index.ts'
import { isUnrecognized } from '../../src/core/recognition.ts'
import { t } from '../support/parts.ts'
import { drivenClock } from './support/driven-clock.ts'
import { RULES, show } from './support/recognized.ts'
import { claims, newSigner, type Signer, sign } from './support/tokens.ts'

const [one, two] = await Promise.all([newSigner('ES256', 'one'), newSigner('ES256', 'two')])
const LONG = { exp: Date.parse('2030-01-01') / 1000 }

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
