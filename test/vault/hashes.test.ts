import { createHash } from 'node:crypto'
import { inspect } from 'node:util'
import t from 'tap'
import { Secret } from '../../src/core/secret.ts'
import { createVault, keyChecks, newKey } from '../../src/vault/index.ts'
import { NEW, OLD, ringOf, TOKEN } from './fixtures.ts'

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
