import { call } from '../support/api.ts'
import { createWorld, KEYS } from '../support/broker.ts'
import { t } from '../support/parts.ts'
import { waitFor } from '../support/wait-for.ts'
import { NO_ID } from './support/consents.ts'
import { exchange, rawRequest, sendRaw } from './support/raw.ts'

const world = await createWorld(t, { env: { REFRESHER: 'off' } })
const { internalUrl, publicUrl, logged } = await world.startBroker()
const authorization = `Bearer ${KEYS.ledger}`

/** Sends a request line as it is, which a client would have mended. */
function send(line: string, headers: Record<string, string> = {}, body: string | Buffer = '') {
  return exchange(internalUrl, line, rawRequest(line, { Authorization: authorization, ...headers }, body))
}

function codeOf({ text }: { text: string }): string {
  return JSON.parse(text).code
}

t.test('paths that do not exist', async (t) => {
  for (const path of ['/', '/v1', '/v2/consents', `/v1/consents/${NO_ID}/nothing`, '/V1/status']) {
    t.match(await call({ internalUrl }, `GET ${path}`), { status: 404, body: { code: 'not_found' } }, path)
  }
  const nowhere = await send('POST /nowhere', { 'Content-Type': 'text/plain' }, 'not looked at')
  t.match(nowhere, { status: 404 })
})

t.test('methods that a path does not take', async (t) => {
  const refused: [string, string][] = [
    ['PUT /v1/consents', 'GET, HEAD, POST'],
    ['PATCH /v1/consents', 'GET, HEAD, POST'],
    ['OPTIONS /v1/consents', 'GET, HEAD, POST'],
    ['TRACE /v1/consents', 'GET, HEAD, POST'],
    ['PROPFIND /v1/consents', 'GET, HEAD, POST'],
    [`POST /v1/consents/${NO_ID}`, 'DELETE, GET, HEAD'],
    [`GET /v1/consents/${NO_ID}/token`, 'POST'],
    ['GET /v1/consents/import', 'POST'],
    ['DELETE /v1/client-tokens', 'POST'],
    ['POST /livez', 'GET, HEAD'],
    ['GET /v1/refresher/hold', 'POST'],
  ]
  for (const [line, allow] of refused) {
    const answer = await send(line)
    t.equal(`${answer.status} ${codeOf(answer)}`, '405 method_not_allowed', line)
    t.equal(answer.headers.get('allow'), allow, line)
  }
  const withBody = await send('PUT /v1/consents', { 'Content-Type': 'text/plain' }, 'not looked at')
  t.equal(withBody.status, 405)
})

t.test('HEAD answers as GET does, without the body', async (t) => {
  for (const path of ['/livez', '/v1/consents', '/metrics', '/openapi.json']) {
    const answer = await call({ internalUrl }, `HEAD ${path}`)
    t.equal(`${answer.status} ${answer.text}`, '200 ', path)
  }
})

t.test('URLs that are none', async (t) => {
  for (const path of [
    '/%zz',
    '/v1/consents/%',
    '/v1/consents/%ff',
    '/v1/consents/%e0%a4%a',
    '/%c0%ae%c0%ae/etc',
  ]) {
    const answer = await send(`GET ${path}`)
    t.match(answer.text, '"type":"urn:token-broker:problem:', path)
    t.ok(answer.status === 400 || answer.status === 404, `${path} ${answer.status}`)
  }
  t.equal(codeOf(await send('GET /%zz')), 'invalid_request')
})

t.test('URLs that are too long', async (t) => {
  const longest = await send(`GET /v1/consents?customer_reference=${'x'.repeat(8000 - 33)}`)
  t.equal(`${longest.status} ${codeOf(longest)}`, '400 invalid_request', 'read, and found wanting')
  for (const path of [`/v1/consents?owner=${'x'.repeat(8000)}`, `/v1/consents/${'x'.repeat(9000)}`]) {
    const answer = await send(`GET ${path}`)
    t.equal(`${answer.status} ${codeOf(answer)}`, '414 uri_too_long')
  }
})

t.test('what is no HTTP', async (t) => {
  const messages = [
    'nonsense\r\n\r\n',
    'GET\r\n\r\n',
    'GET / HTTP/9.9\r\n\r\n',
    'GET / HTTP/1.1\r\nHost: broker\r\nno colon\r\n\r\n',
    'GET / HTTP/1.1\r\nHost: broker\r\nX-A: \0\r\n\r\n',
    'POST /v1/consents HTTP/1.1\r\nHost: broker\r\nContent-Length: many\r\n\r\n',
    'POST /v1/consents HTTP/1.1\r\nHost: broker\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n',
    'POST /v1/consents HTTP/1.1\r\nHost: broker\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
    'GET /v1/consents HTTP/1.1\r\nConnection: close\r\n\r\n',
    '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
  ]
  for (const message of messages) {
    const answer = await sendRaw(internalUrl, message)
    const { status, headers, text } = answer
    t.equal(`${status} ${codeOf(answer)}`, '400 invalid_request', JSON.stringify(message))
    t.equal(headers.get('content-type')?.split(';')[0], 'application/problem+json')
    t.equal(JSON.parse(text).request_id, headers.get('x-request-id'))
  }
})

t.test('files of the documentation that cannot be given', async (t) => {
  const styles = '/docs/static/swagger-ui.css'
  const requests: [path: string, headers: Record<string, string>, problem: string][] = [
    [styles, { Range: 'bytes=9999999-' }, '400 invalid_request'],
    [styles, { 'If-Match': '"x"' }, '400 invalid_request'],
    [styles, { 'If-Unmodified-Since': 'Mon, 01 Jan 2001 00:00:00 GMT' }, '400 invalid_request'],
    ['/docs/static/%00', {}, '404 not_found'],
    ['/docs/static//x', {}, '404 not_found'],
    [`/docs/static/${'x'.repeat(300)}`, {}, '404 not_found'],
    [`/docs/static/${'x/'.repeat(3_000)}`, {}, '404 not_found'],
  ]
  for (const [path, headers, problem] of requests) {
    const answer = await sendRaw(internalUrl, rawRequest(`GET ${path}`, headers))
    t.equal(`${answer.status} ${codeOf(answer)}`, problem, path.slice(0, 40))
    t.notMatch(answer.text, /"field"/)
  }
})

t.test('what follows a request is not read, and the request is answered', async (t) => {
  const body = JSON.stringify({ scopes: ['psd2:account:balance:read'] })
  const headers = {
    Authorization: authorization,
    'Content-Type': 'application/json',
    Connection: 'keep-alive',
  }
  const first = rawRequest('POST /v1/consents', headers, body)
  for (const more of ['?', '\0\r\n\r\n', 'GET / HTTP/9.9\r\n\r\n']) {
    const answer = await sendRaw(internalUrl, Buffer.concat([first, Buffer.from(more)]))
    t.match([answer.status, answer.headers.get('connection')], [201, 'close'], JSON.stringify(more))
    t.match(JSON.parse(answer.text), { consent: { status: 'pending' } }, 'and nothing comes after it')
  }
})

t.test('every refusal is found in the log', async (t) => {
  const answers = [
    await send('GET /v1/consents/%zz'),
    await send('GET /livez?x=1'),
    await sendRaw(publicUrl, rawRequest('GET /start/%ff', {})),
    await sendRaw(internalUrl, 'nonsense\r\n\r\n'),
    await sendRaw(publicUrl, 'nonsense\r\n\r\n'),
  ]
  for (const { status, headers } of answers) {
    const id = headers.get('x-request-id') ?? 'none'
    const line = await waitFor('its line', () => logged.find((line) => line.includes(id)))
    t.match(JSON.parse(line), { requestId: id, status, level: 'info' })
    t.notMatch(line, /%zz|%ff|x=1|nonsense/, 'without the URL')
  }
  const { headers } = await send('GET /livez')
  t.notMatch(logged.join(''), headers.get('x-request-id'), 'a probe that goes well is not')
})

t.test('headers that are too large', async (t) => {
  const answer = await sendRaw(internalUrl, rawRequest('GET /livez', { 'X-Large': 'x'.repeat(17_000) }))
  t.equal(`${answer.status} ${codeOf(answer)}`, '431 headers_too_large')
})

t.test('an expectation that nobody knows is ignored', async (t) => {
  t.equal((await send('GET /livez', { Expect: 'the-spanish-inquisition' })).status, 200)
})

t.test('a caller without a key, or with one that is not known', async (t) => {
  const keys = [
    '',
    'Bearer',
    'Bearer wrong',
    `Basic ${KEYS.ledger}`,
    `Bearer ${KEYS.ledger}x`,
    `Bearer ${'x'.repeat(5000)}`,
  ]
  for (const key of keys) {
    const answer = await send('GET /v1/consents', { Authorization: key })
    t.equal(`${answer.status} ${codeOf(answer)}`, '401 unauthorized', key.slice(0, 40))
    t.match(answer.headers.get('www-authenticate'), /^Bearer realm="token-broker"/)
  }
  const without = await exchange(internalUrl, 'GET /v1/consents', rawRequest('GET /v1/consents', {}))
  t.equal(without.status, 401)
  t.equal((await send('GET /v1/consents', { Authorization: `bearer ${KEYS.ledger}` })).status, 200)
})

t.test('X-Request-Id comes back where it is harmless, and is made where it is not', async (t) => {
  for (const id of ['a', 'Order-7._x', 'x'.repeat(100)]) {
    t.equal((await send('GET /livez', { 'X-Request-Id': id })).headers.get('x-request-id'), id)
  }
  for (const id of ['', 'a b', '"', 'x'.repeat(101), '<script>', 'é']) {
    const made = (await send('GET /livez', { 'X-Request-Id': id })).headers.get('x-request-id')
    t.match(made, /^[0-9a-f-]{36}$/, id)
  }
  const { headers, text } = await send('GET /%zz', { 'X-Request-Id': 'mine' })
  t.match([headers.get('x-request-id'), JSON.parse(text)], ['mine', { request_id: 'mine' }])
})
