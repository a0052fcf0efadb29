import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { type Answered, type Exchange, tokenOutcome } from '../../src/bank/outcome.ts'
import { profiles } from '../../src/bank/profiles.ts'
import { t } from '../support/parts.ts'
import { open } from './support/bank.ts'

const now = new Date('2026-11-22T12:00:00Z')

function answered(status: number, body: string | Uint8Array = '', extra: Partial<Answered> = {}): Answered {
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body
  return {
    state: 'answered',
    status,
    retryAfter: null,
    served: { date: null, sentAtMs: 0, receivedAtMs: 0 },
    body: { bytes, encoding: null },
    cutOff: null,
    ...extra,
  }
}

function packed(bytes: Uint8Array, encoding: string): Answered {
  return answered(200, '', { body: { bytes, encoding } })
}

const pair = '{"access_token":"AT","refresh_token":"RT","token_type":"Bearer","expires_in":7193}'
const granted = {
  kind: 'granted',
  access: 'AT',
  refresh: 'RT',
  tokenType: 'Bearer',
  expiresInSeconds: 7193,
  scope: null,
}

function withExpiry(expiry: string): Answered {
  return answered(200, `{"access_token":"AT","refresh_token":"RT","expires_in":${expiry}}`)
}

const grants: Record<string, [Exchange, Record<string, unknown>]> = {
  'the sample of the bank': [answered(200, pair), {}],
  'the trailing CRLF of PingFederate': [answered(200, `${pair}\r\n`), {}],
  'any 2xx': [answered(201, pair), {}],
  'a byte order mark': [answered(200, `\uFEFF${pair}`), {}],
  'a scope': [answered(200, pair.replace('{', '{"scope":"a b",')), { scope: 'a b' }],
  'unknown members': [answered(200, pair.replace('{', '{"valid":1,"x":[{}],')), {}],
  'duplicate keys: the last wins': [answered(200, pair.replace('{', '{"access_token":"OLD",')), {}],
  'no token_type': [answered(200, pair.replace('"token_type":"Bearer",', '')), {}],
  'an odd token_type': [answered(200, pair.replace('"Bearer"', '7')), {}],
  'a lower-case token_type': [answered(200, pair.replace('Bearer', 'bearer')), { tokenType: 'bearer' }],
  'no refresh_token': [answered(200, pair.replace('"refresh_token":"RT",', '')), { refresh: null }],
  'a null refresh_token': [answered(200, pair.replace('"RT"', 'null')), { refresh: null }],
  'an empty refresh_token': [answered(200, pair.replace('"RT"', '""')), { refresh: null }],
  'no expires_in': [answered(200, pair.replace(',"expires_in":7193', '')), { expiresInSeconds: null }],
  'a numeric string as expires_in': [withExpiry('"7200"'), { expiresInSeconds: 7200 }],
  'a fraction as expires_in': [withExpiry('7199.9'), { expiresInSeconds: 7199 }],
  'a word as expires_in': [withExpiry('"soon"'), { expiresInSeconds: null }],
  'an empty string as expires_in': [withExpiry('""'), { expiresInSeconds: null }],
  'a negative expires_in': [withExpiry('-1'), { expiresInSeconds: null }],
  'zero as expires_in': [withExpiry('0'), { expiresInSeconds: null }],
  'an endless expires_in': [withExpiry('1e300'), { expiresInSeconds: null }],
  'an object as expires_in': [withExpiry('{}'), { expiresInSeconds: null }],
  'a null expires_in': [withExpiry('null'), { expiresInSeconds: null }],
  'a body cut off behind its last brace': [answered(200, pair, { cutOff: 'connection_reset' }), {}],
  'gzip nobody asked for': [packed(gzipSync(pair), 'gzip'), {}],
  'deflate nobody asked for': [packed(deflateSync(pair), 'Deflate'), {}],
  'brotli nobody asked for': [packed(brotliCompressSync(pair), 'br'), {}],
  'gzip without its last bytes': [packed(gzipSync(pair).subarray(0, -8), 'gzip'), {}],
  'an unknown coding over plain JSON': [packed(new TextEncoder().encode(pair), 'identity'), {}],
}

for (const [name, [exchange, difference]] of Object.entries(grants)) {
  t.strictSame(
    open(tokenOutcome(exchange, profiles.abnamro, now)),
    { ...granted, ...difference },
    `granted: ${name}`,
  )
}

const uncertain = (reason: string, raw?: string) => ({
  kind: 'uncertain',
  reason,
  ...(raw === undefined ? {} : { raw }),
})
const ourFault = (reason: string) => ({ kind: 'our_fault', reason })
const notProcessed = (reason: string, extra: object) => ({ kind: 'not_processed', reason, ...extra })
const refused = { kind: 'refused', reason: 'invalid_grant' }
const invalidGrant =
  '{"error_description":"unknown, invalid, or expired refresh token","error":"invalid_grant"}\r\n'
const unreadable = (raw?: string) => uncertain('answer_unreadable', raw)

const verdicts: Record<string, [Exchange, unknown]> = {
  '200 with bad JSON': [answered(200, '{"access_token":"AT"'), unreadable('{"access_token":"AT"')],
  '200 cut off': [
    answered(200, '{"access_to', { cutOff: 'connection_reset' }),
    uncertain('connection_reset', '{"access_to'),
  ],
  '200 with HTML': [answered(200, '<p>Welcome</p>'), unreadable('<p>Welcome</p>')],
  '200 without an access token': [
    answered(200, '{"refresh_token":"RT"}'),
    unreadable('{"refresh_token":"RT"}'),
  ],
  '200 with an error member': [
    answered(200, '{"error":"invalid_grant"}'),
    unreadable('{"error":"invalid_grant"}'),
  ],
  '200 with an array': [answered(200, `[${pair}]`), unreadable(`[${pair}]`)],
  '200 with a string': [answered(200, '"AT"'), unreadable('"AT"')],
  '200 with null': [answered(200, 'null'), unreadable('null')],
  '200 with an empty access token': [answered(200, '{"access_token":""}'), unreadable('{"access_token":""}')],
  '200 with a token of two lines': [
    answered(200, '{"access_token":"a\\r\\nb"}'),
    unreadable('{"access_token":"a\\r\\nb"}'),
  ],
  '200 with a number for a refresh token': [
    answered(200, '{"access_token":"AT","refresh_token":7}'),
    unreadable('{"access_token":"AT","refresh_token":7}'),
  ],
  '200 with bytes that are no text': [
    answered(200, new Uint8Array([0xff, 0xfe, 0x00])),
    unreadable('base64://4A'),
  ],
  '200 that claims gzip and is none': [packed(new Uint8Array([1, 2]), 'gzip'), unreadable('base64:AQI=')],
  '200 with a gzip bomb': [
    packed(gzipSync(Buffer.alloc(1_000_000, 32)), 'gzip'),
    unreadable(`base64:${gzipSync(Buffer.alloc(1_000_000, 32)).toString('base64')}`),
  ],
  '200 with nothing': [answered(200), unreadable()],
  '204': [answered(204), unreadable()],
  '400 invalid_grant': [answered(400, invalidGrant), refused],
  '401 invalid_grant': [answered(401, invalidGrant), refused],
  '400 invalid_grant, the last of two': [answered(400, '{"error":"x","error":"invalid_grant"}'), refused],
  '400 invalid_grant in Latin-1': [
    answered(400, Buffer.from('{"error_description":"ung\u00fcltig","error":"invalid_grant"}', 'latin1')),
    refused,
  ],
  '400 INVALID_GRANT is another word': [answered(400, '{"error":"INVALID_GRANT"}'), ourFault('http_400')],
  '400 with invalid_grant in the text only': [
    answered(400, '{"error":"x","error_description":"invalid_grant"}'),
    ourFault('http_400'),
  ],
  '400 with invalid_grant in HTML': [answered(400, '<p>invalid_grant</p>'), ourFault('http_400')],
  '400 with an array': [answered(400, '[{"error":"invalid_grant"}]'), ourFault('http_400')],
  '400 with a list for an error': [answered(400, '{"error":["invalid_grant"]}'), ourFault('http_400')],
  '400 with nothing': [answered(400), ourFault('http_400')],
  '400 cut off': [
    answered(400, '{"err', { cutOff: 'connection_reset' }),
    { kind: 'uncertain', reason: 'connection_reset' },
  ],
  '400 with a word of its own': [answered(400, '{"error":"secret-RT"}'), ourFault('http_400')],
  '401 invalid_client': [answered(401, '{"error":"invalid_client"}'), ourFault('invalid_client')],
  '400 unauthorized_client': [
    answered(400, '{"error":"unauthorized_client"}'),
    ourFault('unauthorized_client'),
  ],
  '400 invalid_request': [answered(400, '{"error":"invalid_request"}'), ourFault('invalid_request')],
  '400 invalid_scope': [answered(400, '{"error":"invalid_scope"}'), ourFault('invalid_scope')],
  '400 unsupported_grant_type': [
    answered(400, '{"error":"unsupported_grant_type"}'),
    ourFault('unsupported_grant_type'),
  ],
  '403 of a gateway': [answered(403, '{"errors":[{"code":"ERR_3001_001"}]}'), ourFault('http_403')],
  '404': [answered(404), ourFault('http_404')],
  '421': [answered(421), ourFault('http_421')],
  '302': [answered(302), ourFault('http_302')],
  '302 with invalid_grant': [answered(302, invalidGrant), ourFault('http_302')],
  '500': [answered(500), uncertain('http_500')],
  '500 with invalid_grant': [answered(500, invalidGrant), uncertain('http_500')],
  '503 with Retry-After': [answered(503, '', { retryAfter: '5' }), uncertain('http_503')],
  '504': [answered(504, '<html>'), uncertain('http_504')],
  '408': [answered(408), notProcessed('http_408', { left: true })],
  '425': [answered(425), notProcessed('http_425', { left: true })],
  '429': [answered(429, invalidGrant), notProcessed('http_429', { left: true })],
  '429 with seconds': [
    answered(429, '', { retryAfter: '30' }),
    notProcessed('http_429', { left: true, retryAfterMs: 30_000 }),
  ],
  '429 with a date': [
    answered(429, '', { retryAfter: 'Sun, 22 Nov 2026 12:01:00 GMT' }),
    notProcessed('http_429', { left: true, retryAfterMs: 60_000 }),
  ],
  'never left': [
    { state: 'unsent', reason: 'connect_refused', ourFault: false },
    notProcessed('connect_refused', { left: false }),
  ],
  'our certificate was turned down': [
    { state: 'unsent', reason: 'certificate_rejected', ourFault: true },
    ourFault('certificate_rejected'),
  ],
  'lost after leaving': [{ state: 'lost', reason: 'connection_reset' }, uncertain('connection_reset')],
}

for (const [name, [exchange, expected]] of Object.entries(verdicts)) {
  t.strictSame(open(tokenOutcome(exchange, profiles.abnamro, now)), expected, name)
}
