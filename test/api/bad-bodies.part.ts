import { SCOPES } from '../support/authorize.ts'
import { createWorld } from '../support/broker.ts'
import { t } from '../support/parts.ts'
import { connectSql } from '../support/sql.ts'
import { fingerprint } from './support/consents.ts'
import { createRefuses, createSender } from './support/refusals.ts'

const world = await createWorld(t, { env: { REFRESHER: 'off' } })
const broker = await world.startBroker()
const sql = connectSql(t, world.databaseUrl)
const send = createSender(broker)
const refuses = createRefuses(t, { send, sql })
const json = (value: unknown) => JSON.stringify(value)
const started = (member: object) => json({ scopes: SCOPES, ...member })

refuses('POST /v1/consents', [
  ['no body', '', 'body'],
  ['null', 'null', 'body'],
  ['an array', '[]', 'body'],
  ['a text', '"scopes"', 'body'],
  ['half of one', '{"scopes":', 'body'],
  ['two', '{}{}', 'body'],
  ['a trailing comma', '{"scopes":[],}', 'body'],
  ['a comment', '{/**/}', 'body'],
  ['single quotes', "{'scopes':[]}", 'body'],
  ['NaN', '{"scopes":NaN}', 'body'],
  ['nothing but space', '  \n', 'body'],
  ['another encoding', Buffer.from(started({}), 'utf16le'), 'body'],
  ['bytes that are no UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), 'body'],
  ['compressed', Buffer.from([0x1f, 0x8b, 8, 0]), 'body'],
  ['__proto__', `{"scopes":${json(SCOPES)},"__proto__":{"confirm":true}}`, 'body'],
  ['__proto__ below', `{"scopes":${json(SCOPES)},"metadata":{"__proto__":{"a":"b"}}}`, 'body'],
  ['constructor', `{"scopes":${json(SCOPES)},"constructor":{"prototype":{}}}`, 'body'],
  ['constructor as a name', started({ constructor: 1 }), 'constructor'],
  ['half a surrogate pair', `{"scopes":${json(SCOPES)},"customer_reference":"\\ud83d"}`, 'body'],
  ['the other half', `{"scopes":${json(SCOPES)},"metadata":{"a":"\\\\\\uDE00"}}`, 'body'],
  ['deep', `{"scopes":${'['.repeat(20_000)}${']'.repeat(20_000)}}`, 'scopes[0]'],
  [
    'deep twice',
    `{"scopes":[${'['.repeat(9_000)}${']'.repeat(9_000)},${'['.repeat(9_000)}${']'.repeat(9_000)}]}`,
    'scopes[0]',
  ],
  ['without scopes', '{}', 'scopes'],
  ['no scope', json({ scopes: [] }), 'scopes'],
  ['scopes in a text', json({ scopes: SCOPES.join(' ') }), 'scopes'],
  ['a number for a scope', json({ scopes: [1] }), 'scopes[0]'],
  ['a scope twice', json({ scopes: [SCOPES[0], SCOPES[0]] }), 'scopes'],
  ['a scope nobody knows', json({ scopes: ['psd2:nothing'] }), 'scopes'],
  ['a scope of the prototype', json({ scopes: ['constructor'] }), 'scopes'],
  [
    'accounts and payments',
    json({ scopes: ['psd2:account:balance:read', 'psd2:payment:sepa:write'] }),
    'scopes',
  ],
  ['a payment without its id', json({ scopes: ['psd2:payment:sepa:write'] }), 'transaction_id'],
  ['an unknown field', started({ colour: 'red' }), 'colour'],
  ['a field with a line break', started({ 'a\r\nb': 1 }), 'a??b'],
  ['camel case', started({ returnUrl: 'x' }), 'returnUrl'],
  ['null for a text', started({ customer_reference: null }), 'customer_reference'],
  ['NUL', started({ customer_reference: 'a\0b' }), 'customer_reference'],
  ['a line break', started({ customer_reference: 'a\nb' }), 'customer_reference'],
  ['an empty reference', started({ customer_reference: '' }), 'customer_reference'],
  ['a long reference', started({ customer_reference: 'x'.repeat(201) }), 'customer_reference'],
  ['1 for true', started({ confirm: 1 }), 'confirm'],
  ['"true" for true', started({ confirm: 'true' }), 'confirm'],
  ['a caller that can be none', started({ granted_to: ['a b'] }), 'granted_to[0]'],
  ['too many callers', started({ granted_to: Array.from({ length: 21 }, (_, n) => `c${n}`) }), 'granted_to'],
  ['metadata that is no text', started({ metadata: { a: 1 } }), 'metadata.a'],
  ['a name that metadata has not', started({ metadata: { 'a b': 'c' } }), 'metadata.a b'],
  [
    'too much metadata',
    started({ metadata: Object.fromEntries(Array.from({ length: 21 }, (_, n) => [`m${n}`, 'x'])) }),
    'metadata',
  ],
  ['a page elsewhere', started({ return_url: 'https://evil.example/' }), 'return_url'],
  ['no page at all', started({ return_url: 'javascript:alert(1)' }), 'return_url'],
  ['a brand nobody knows', started({ bank_brand: 'XXXX01' }), 'bank_brand'],
])

t.test('what is no JSON by its type', async (t) => {
  const before = await fingerprint(sql)
  const types = [
    'text/plain',
    'application/x-www-form-urlencoded',
    'application/json+x',
    'multipart/form-data',
    'application/json; charset=utf-16',
    'application/json; charset=iso-8859-1',
    ';',
    'nonsense',
  ]
  for (const type of types) {
    const refusal = await send('POST /v1/consents', started({}), { 'Content-Type': type })
    t.match(refusal, { status: 415, code: 'unsupported_media_type' }, type)
  }
  const encoded = await send('POST /v1/consents', started({}), { 'Content-Encoding': 'gzip' })
  t.match(encoded, { status: 415, code: 'unsupported_media_type' })
  t.equal(await fingerprint(sql), before)
})

t.test('bodies at the limit and above', async (t) => {
  const filler = (bytes: number) => started({}).padEnd(bytes, ' ')
  t.equal((await send('POST /v1/consents', filler(65_536))).status, 201)
  const before = await fingerprint(sql)
  const large = await send('POST /v1/consents', filler(65_537))
  t.match(large, { status: 413, code: 'payload_too_large' })
  const chunked = await send('POST /v1/consents', '', { 'Content-Length': '99999999' })
  t.match(chunked, { status: 413 }, 'without waiting for it')
  t.equal(await fingerprint(sql), before)
})

t.test('bodies that are unusual, and right', async (t) => {
  const right: [string, string | Buffer, Record<string, string>][] = [
    ['a byte order mark', `\ufeff${started({})}`, {}],
    ['a charset', started({}), { 'Content-Type': 'Application/JSON; Charset="UTF-8"' }],
    [
      'an emoji, escaped and plain',
      `{"scopes":${json(SCOPES)},"customer_reference":"\\ud83d\\ude00 😀"}`,
      {},
    ],
    ['a backslash before a u', `{"scopes":${json(SCOPES)},"customer_reference":"\\\\ud83d"}`, {}],
    [
      'names of the prototype as metadata',
      started({ metadata: { constructor: 'a', toString: 'b', hasOwnProperty: 'c' } }),
      {},
    ],
    [
      'the longest of all',
      started({ customer_reference: '€'.repeat(200), metadata: { ['m'.repeat(40)]: 'x'.repeat(500) } }),
      {},
    ],
  ]
  for (const [title, body, headers] of right) {
    t.equal((await send('POST /v1/consents', body, headers)).status, 201, title)
  }
})
