import t from 'tap'
import { createContentKeys } from '../../src/vault/content-keys.ts'
import { NEW, OLD, ringOf } from './fixtures.ts'

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
