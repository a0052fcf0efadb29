import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { OperatorError } from '../../src/core/errors.ts'
import { newKey, newKeyRing, parseKeyRing, readKeyRing } from '../../src/vault/index.ts'

const GOOD = newKey('2026-11')
const set = (...keys: readonly unknown[]) => JSON.stringify({ keys })
const bytes = (length: number) => Buffer.alloc(length, 7).toString('base64url')

const BROKEN: readonly (readonly [problem: string, json: string, sentence: RegExp])[] = [
  ['no JSON', `{"keys":[{"k":"${GOOD.k}"`, /is not JSON\.$/],
  ['no set', JSON.stringify(GOOD), /is not a JWK Set; it must look like/],
  ['a list', JSON.stringify([GOOD]), /is not a JWK Set/],
  ['null', 'null', /is not a JWK Set/],
  ['keys no list', '{"keys":{}}', /is not a JWK Set/],
  ['no key', set(), /has no key in it; at least one is needed/],
  ['a bare string', set(GOOD.k), /has a key 1 that is not an object/],
  ['another kty', set({ ...GOOD, kty: 'RSA' }), /has a key 1 whose "kty" is not "oct"/],
  ['no kid', set(newKey('a'), { kty: 'oct', k: GOOD.k }), /has a key 2 without a "kid"/],
  ['an empty kid', set({ ...GOOD, kid: ' ' }), /has a key 1 without a "kid"/],
  ['a kid of another type', set({ ...GOOD, kid: 2026 }), /has a key 1 without a "kid"/],
  ['no k', set({ kty: 'oct', kid: 'a' }), /has a key 1 without a "k"/],
  ['16 bytes', set({ ...GOOD, k: bytes(16) }), /"k" holds 16 bytes; exactly 32 are needed/],
  ['33 bytes', set({ ...GOOD, k: bytes(33) }), /"k" holds 33 bytes; exactly 32 are needed/],
  ['padding', set({ ...GOOD, k: `${GOOD.k}=` }), /"k" is not base64url without padding/],
  ['base64', set({ ...GOOD, k: `+/${GOOD.k.slice(2)}` }), /"k" is not base64url without padding/],
  ['one kid twice', set(newKey('a'), newKey('b'), newKey('a')), /gives keys 1 and 3 the same "kid"/],
  ['key and kid swapped', set({ kty: 'oct', kid: GOOD.k, k: GOOD.kid }), /has a key 1 whose "k"/],
]

for (const [problem, json, sentence] of BROKEN) {
  t.test(`a ring with ${problem} is refused by a sentence that names it`, async (t) => {
    const error = raised(() => parseKeyRing(json))
    t.equal(error.code, 'keys_unusable')
    t.match(error.message, sentence)
    t.match(error.message, /^The encryption keys file \(ENCRYPTION_KEYS_FILE\) .*\.$/)
    t.equal(error.cause, undefined, 'no parser message, which would quote the file')
    t.notOk(error.message.includes(GOOD.k.slice(0, 8)))
  })
}

t.test('a ring is read from its file', async (t) => {
  const path = join(t.testdir(), 'keys.json')
  writeFileSync(path, newKeyRing('2026-11'))
  t.strictSame(
    readKeyRing(path).keys.map(({ kid }) => kid),
    ['2026-11'],
  )
})

t.test('a file that cannot be read is named', async (t) => {
  const error = raised(() => readKeyRing('/nowhere/keys.json'))
  t.equal(error.message, 'The encryption keys file /nowhere/keys.json cannot be read.')
  t.match(error.cause, { code: 'ENOENT' })
})

t.test('new keys are 32 random bytes under a kid of their own', async (t) => {
  const keys = Array.from({ length: 20 }, () => newKey())
  t.equal(new Set(keys.map(({ k }) => k)).size, 20)
  t.equal(parseKeyRing(set(...keys)).keys.length, 20)
})

function raised(action: () => unknown): OperatorError {
  try {
    action()
  } catch (error) {
    if (error instanceof OperatorError) return error
    throw error
  }
  throw new Error('nothing was raised')
}
