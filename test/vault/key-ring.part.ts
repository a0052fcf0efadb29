import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { OperatorError } from '../../src/core/errors.ts'
import { Secret } from '../../src/core/secret.ts'
import { createContentKeys } from '../../src/vault/content-keys.ts'
import {
  createVault,
  keyChecks,
  newKey,
  newKeyRing,
  parseKeyRing,
  readKeyRing,
} from '../../src/vault/index.ts'
import { t } from '../support/parts.ts'
import { NEW, OLD, ringOf, TOKEN } from './fixtures.ts'

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

const [newer, older] = ringOf(NEW, OLD).keys

t.test('a key in use is kept, the longest unused is dropped', async (t) => {
  const contentKey = createContentKeys(2)
  const first = contentKey(newer, 'consent-1')
  const second = contentKey(newer, 'consent-2')
  t.equal(contentKey(newer, 'consent-1'), first)
  contentKey(newer, 'consent-3')
  t.equal(contentKey(newer, 'consent-1'), first, 'used since, so kept')
  t.not(contentKey(newer, 'consent-2'), second, 'dropped, so derived anew')
})

t.test('each consent and each key of the ring has its own', async (t) => {
  const contentKey = createContentKeys()
  const keys = [contentKey(newer, 'a'), contentKey(newer, 'b'), older && contentKey(older, 'a')]
  t.equal(new Set(keys).size, 3)
})

t.test('no key can be taken out', async (t) => {
  const key = createContentKeys()(newer, 'a')
  t.equal(key.extractable, false)
  await t.rejects(crypto.subtle.exportKey('raw', key))
})

const IBAN = 'NL12ABNA9999876523'
const vault = createVault(ringOf(NEW, OLD))

t.test('a value is found by its hash under the sealing key, and searched under all', async (t) => {
  const hash = vault.searchHash(IBAN)
  const [first, second, ...others] = vault.searchHashes(IBAN)
  t.equal(hash.kid, '2026-11')
  t.match(hash.hash, /^[\w-]{43}$/)
  t.strictSame(first, hash)
  t.strictSame(second, createVault(ringOf(OLD)).searchHash(IBAN))
  t.strictSame(others, [])
})

t.test('hashes of two values or two keys differ, and no plain hash matches', async (t) => {
  const { hash } = vault.searchHash(IBAN)
  t.not(vault.searchHash('NL12ABNA9999876524').hash, hash)
  t.not(createVault(ringOf(newKey(NEW.kid))).searchHash(IBAN).hash, hash)
  t.not(createHash('sha256').update(IBAN).digest('base64url'), hash)
})

t.test('a fingerprint is short, keyed and the same for the same token', async (t) => {
  const fingerprint = vault.fingerprint(TOKEN)
  t.match(fingerprint, /^[0-9a-f]{12}$/)
  t.equal(vault.fingerprint(new Secret(TOKEN.reveal())), fingerprint)
  t.not(vault.fingerprint(new Secret('another')), fingerprint)
  t.not(createVault(ringOf(OLD)).fingerprint(TOKEN), fingerprint)
})

t.test('a digest is the SHA-256, which every ring shares', async (t) => {
  t.equal(vault.digest(new Secret('abc')), 'ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0')
  t.equal(createVault(ringOf(OLD)).digest(new Secret('abc')), vault.digest(new Secret('abc')))
})

t.test('a check value betrays another key under the same kid, and nothing of the key', async (t) => {
  const [check, other] = keyChecks(ringOf(NEW, OLD))
  t.strictSame(keyChecks(ringOf(NEW)), [check])
  t.equal(other?.kid, '2026-05')
  t.not(check?.checkValue, other?.checkValue)
  t.not(keyChecks(ringOf(newKey(NEW.kid)))[0]?.checkValue, check?.checkValue)
  t.not(check?.checkValue, NEW.k)
})

t.test('a ring prints none of its keys', async (t) => {
  const ring = ringOf(NEW, OLD)
  const printed = `${inspect(ring, { depth: 9, showHidden: true })}${JSON.stringify(ring)}${inspect(vault)}`
  t.notOk(printed.includes(NEW.k) || printed.includes(Buffer.from(NEW.k, 'base64url').toString('hex')))
})
