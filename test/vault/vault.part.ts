import fc from 'fast-check'
import { decodeProtectedHeader } from 'jose'
import { Secret } from '../../src/core/secret.ts'
import type { Binding, Sealed } from '../../src/core/vault.ts'
import { createVault, kidOf, newKey } from '../../src/vault/index.ts'
import { anyText } from '../support/any-text.ts'
import { t } from '../support/parts.ts'
import { NEW, OLD, PLACE, ringOf, TOKEN } from './fixtures.ts'

const vault = createVault(ringOf(NEW, OLD))

const wellFormed = (maxLength: number) => anyText({ maxLength })

t.test('what was sealed opens where it was sealed', async (t) => {
  const sealed = await vault.seal(TOKEN, PLACE)
  t.equal((await vault.open(sealed, PLACE)).reveal(), TOKEN.reveal())
})

t.test('any text opens to itself under any consent and version', async () => {
  await fc.assert(
    fc.asyncProperty(wellFormed(300), wellFormed(60), wellFormed(20), async (text, consentId, version) => {
      const place: Binding = { consentId, field: 'stored_answer', version }
      const opened = await vault.open(await vault.seal(new Secret(text), place), place)
      return opened.reveal() === text
    }),
    { numRuns: 200 },
  )
})

t.test('a text that begins with a byte order mark keeps it', async (t) => {
  const text = '\uFEFF{"access_token":"a"}'
  const opened = await vault.open(await vault.seal(new Secret(text), PLACE), PLACE)
  t.equal(opened.reveal(), text)
})

t.test('the same text seals differently each time, and never shows', async (t) => {
  const sealed = await Promise.all(Array.from({ length: 50 }, () => vault.seal(TOKEN, PLACE)))
  t.equal(new Set(sealed).size, 50)
  t.notOk(sealed.some((text) => Buffer.from(text, 'base64url').includes(TOKEN.reveal())))
})

t.test('the header says how and where it was sealed', async (t) => {
  const sealed = await vault.seal(TOKEN, PLACE)
  t.strictSame(decodeProtectedHeader(sealed), {
    alg: 'dir',
    enc: 'A256GCM',
    kid: '2026-11',
    consent: PLACE.consentId,
    field: 'access_token',
    version: '1.7',
  })
  t.equal(kidOf(sealed), '2026-11')
})

t.test('a ciphertext that was moved is refused', async (t) => {
  const sealed = await vault.seal(TOKEN, PLACE)
  const elsewhere: readonly Partial<Binding>[] = [
    { consentId: '0195a3f0-0000-7000-8000-000000000002' },
    { field: 'refresh_token' },
    { version: '1.8' },
  ]
  for (const moved of elsewhere) {
    await t.rejects(vault.open(sealed, { ...PLACE, ...moved }), { name: 'VaultError', code: 'wrong_place' })
  }
})

t.test('a ciphertext whose header was rewritten for its new place is refused', async (t) => {
  const there: Binding = { ...PLACE, field: 'refresh_token' }
  const [, ...body] = (await vault.seal(TOKEN, PLACE)).split('.')
  const [header] = (await vault.seal(TOKEN, there)).split('.')
  await t.rejects(vault.open([header, ...body].join('.') as Sealed, there), { code: 'unreadable' })
})

t.test('a change of any one byte is refused', async (t) => {
  const sealed = await vault.seal(new Secret('ab'), PLACE)
  const base64url = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  const attempts = [...sealed].flatMap((char, place) =>
    [...`${base64url}. =`]
      .filter((other) => other !== char)
      .map((other) => `${sealed.slice(0, place)}${other}${sealed.slice(place + 1)}`),
  )
  const names = await Promise.all(attempts.map(outcome))
  t.strictSame([...new Set(names)], ['VaultError'])
})

t.test('what is no JWE at all is refused', async (t) => {
  const sealed = await vault.seal(TOKEN, PLACE)
  for (const text of ['', '.', '....', 'eyJ', 'null', '{}', ` ${sealed}`, `${sealed}\n`, `${sealed}.A`]) {
    await t.rejects(vault.open(text as Sealed, PLACE), { name: 'VaultError', code: 'unreadable' }, text)
    if (!text.includes(sealed)) t.throws(() => kidOf(text), { name: 'VaultError', code: 'unreadable' })
  }
})

t.test('another algorithm in the header is refused', async (t) => {
  const [header = '', ...body] = (await vault.seal(TOKEN, PLACE)).split('.')
  const members = JSON.parse(Buffer.from(header, 'base64url').toString())
  const forged = Buffer.from(JSON.stringify({ ...members, alg: 'A256KW' })).toString('base64url')
  await t.rejects(vault.open([forged, ...body].join('.') as Sealed, PLACE), { code: 'unreadable' })
})

t.test('another key under the same kid is refused, with no word of either', async (t) => {
  const stranger = createVault(ringOf(newKey(NEW.kid)))
  await t.rejects(stranger.open(await vault.seal(TOKEN, PLACE), PLACE), { code: 'unreadable' })
})

t.test('a key that left the ring is named', async (t) => {
  const sealed = await createVault(ringOf(OLD)).seal(TOKEN, PLACE)
  await t.rejects(createVault(ringOf(NEW)).open(sealed, PLACE), {
    code: 'unknown_key',
    message: 'The ring has no key "2026-05".',
  })
})

t.test('old ciphertexts open after a new key came first, and new ones open before it', async (t) => {
  const before = createVault(ringOf(OLD, NEW))
  const after = createVault(ringOf(NEW, OLD))
  const old = await before.seal(TOKEN, PLACE)
  const fresh = await after.seal(TOKEN, PLACE)
  t.strictSame([kidOf(old), kidOf(fresh)], ['2026-05', '2026-11'])
  t.equal((await after.open(old, PLACE)).reveal(), TOKEN.reveal())
  t.equal((await before.open(fresh, PLACE)).reveal(), TOKEN.reveal())
})

async function outcome(sealed: string): Promise<string> {
  try {
    await vault.open(sealed as Sealed, PLACE)
    return 'opened'
  } catch (error) {
    return (error as Error).name
  }
}
