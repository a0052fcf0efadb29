import { createHash, randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseCallers } from '../../src/callers/static-callers.ts'
import { OperatorError } from '../../src/core/errors.ts'
import { createWorld } from '../support/broker.ts'
import { t } from '../support/parts.ts'

const KEY = randomBytes(16).toString('hex')
const key_sha256 = createHash('sha256').update(KEY).digest('hex')
const ledger = { id: 'ledger', key_sha256, permissions: ['tokens'] }
const other = { ...ledger, id: 'other', key_sha256: 'a'.repeat(64) }

/** The sentence that a start ends with. */
function complaintOf(content: unknown): string {
  try {
    parseCallers(typeof content === 'string' ? content : JSON.stringify(content))
  } catch (error) {
    if (error instanceof OperatorError && error.code === 'settings_invalid') return error.message
    throw error
  }
  return 'none'
}

const WRONG: readonly [string, unknown, RegExp][] = [
  ['no JSON', '[', /must be a JSON array/],
  ['nothing', '', /must be a JSON array/],
  ['an object', {}, /must be a JSON array/],
  ['nobody', [], /at least one caller/],
  ['null for a caller', [null], /entry 1 needs an "id"/],
  ['a text for a caller', [ledger, 'other'], /entry 2 needs an "id"/],
  ['no id', [{ ...ledger, id: undefined }], /entry 1 needs an "id"/],
  ['an id with a space', [{ ...ledger, id: 'a b' }], /entry 1 needs an "id"/],
  ['the id of who acts beside callers', [{ ...ledger, id: 'broker' }], /entry 1 needs an "id"/],
  ['a long id', [{ ...ledger, id: 'x'.repeat(101) }], /entry 1 needs an "id"/],
  ['no key', [ledger, { ...other, key_sha256: undefined }], /entry 2 \("other"\) needs "key_sha256"/],
  ['the key itself', [{ ...ledger, key_sha256: KEY }], /entry 1 \("ledger"\) needs "key_sha256"/],
  ['the key beside its digest', [{ ...ledger, key: KEY }], /entry 1 \("ledger"\) has a member beside/],
  ['the key as a name', [{ ...ledger, [KEY]: true }], /entry 1 \("ledger"\) has a member beside/],
  ['a digest that is short', [{ ...ledger, key_sha256: key_sha256.slice(1) }], /64 hexadecimal digits/],
  ['no permissions', [{ ...ledger, permissions: [] }], /entry 1 \("ledger"\) needs "permissions"/],
  [
    'a permission nobody knows',
    [{ ...ledger, permissions: ['tokens', 'root'] }],
    /some of tokens, consents:write/,
  ],
  ['a permission as a text', [{ ...ledger, permissions: 'tokens' }], /needs "permissions"/],
  ['a caller twice', [ledger, { ...other, id: 'ledger' }], /the caller "ledger" stands in it twice/],
  ['one key for two', [ledger, { ...ledger, id: 'other' }], /"ledger" and "other" have the same key/],
]

t.test('what is wrong with CALLERS_FILE is told in a whole sentence, without a key', async (t) => {
  for (const [title, content, expected] of WRONG) {
    const complaint = complaintOf(content)
    t.match(complaint, /^CALLERS_FILE can't be used: .*\.$/, title)
    t.match(complaint, expected, title)
    t.notMatch(complaint, KEY, title)
    t.notMatch(complaint, key_sha256.slice(0, 20), title)
  }
})

t.test('a caller is known by its whole key alone', async (t) => {
  const recognize = parseCallers(JSON.stringify([ledger, { ...other, key_sha256: 'B'.repeat(64) }]))
  t.match(recognize(KEY), { id: 'ledger' })
  t.same([...(recognize(KEY)?.permissions ?? [])], ['tokens'])
  for (const wrong of [`${KEY} `, KEY.slice(1), KEY.toUpperCase(), key_sha256, ''])
    t.equal(recognize(wrong), null)
  const upper = parseCallers(JSON.stringify([{ ...ledger, key_sha256: key_sha256.toUpperCase() }]))
  t.match(upper(KEY), { id: 'ledger' }, 'digits of either case')
})

t.test('a start with such a file ends with the sentence', async (t) => {
  const world = await createWorld(t)
  const file = join(t.testdir({}), 'callers.json')
  await writeFile(file, JSON.stringify([{ ...ledger, permissions: ['everything'] }]))
  await t.rejects(world.startBroker({ CALLERS_FILE: file }), {
    code: 'settings_invalid',
    message: /^CALLERS_FILE can't be used: entry 1 \("ledger"\) needs "permissions"/,
  })
})
