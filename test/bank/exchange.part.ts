import { once } from 'node:events'
import { Secret } from '../../src/core/secret.ts'
import { t } from '../support/parts.ts'
import { bankAt, open } from './support/bank.ts'
import { closedPort, goodPair, json, startHttp, startRaw } from './support/servers.ts'

const token = new Secret('the-refresh-token')
const pairText = JSON.stringify(goodPair)

t.test('what a refresh sends', async (t) => {
  const { base, received } = await startHttp(t, (_, response) => json(response, 200, goodPair))
  t.match(await bankAt(t, base).refresh(token), { kind: 'granted' })
  const [sent] = received
  t.equal(received.length, 1)
  t.match(sent, { method: 'POST', path: '/as/token.oauth2' })
  t.strictSame(Object.fromEntries(sent?.form ?? []), {
    grant_type: 'refresh_token',
    client_id: 'TPP_test',
    refresh_token: 'the-refresh-token',
  })
  t.notOk(sent?.headers.authorization)
  t.notOk(sent?.headers['accept-encoding'])
  t.match(sent?.headers['content-type'], /^application\/x-www-form-urlencoded/)
})

t.test('scopes without their prefix get their names in the catalogue', async (t) => {
  const scope = 'payment:sepa:write psd2:payment:sepa:read other'
  const { base } = await startHttp(t, (_, response) => json(response, 200, { ...goodPair, scope }))
  const named = 'psd2:payment:sepa:write psd2:payment:sepa:read other'
  t.match(await bankAt(t, base).refresh(token), { tokens: { scope: named } })
})

t.test('what an exchange of a code sends', async (t) => {
  const { base, received } = await startHttp(t, (_, response) => json(response, 200, goodPair))
  const verifier = new Secret('v'.repeat(43))
  t.match(await bankAt(t, base).exchangeCode(new Secret('a+b /c'), verifier), { kind: 'granted' })
  t.strictSame(Object.fromEntries(received[0]?.form ?? []), {
    grant_type: 'authorization_code',
    client_id: 'TPP_test',
    code: 'a+b /c',
    redirect_uri: 'https://localhost/auth',
    code_verifier: 'v'.repeat(43),
  })
})

t.test('what a client token sends', async (t) => {
  const answer = { token_type: 'Bearer', expires_in: 7199, access_token: 'AT' }
  const { base, received } = await startHttp(t, (_, response) => json(response, 200, answer))
  const outcome = await bankAt(t, base).clientToken('psd2:payment:sepa:write')
  t.match(open(outcome), { kind: 'granted', access: 'AT', refresh: null })
  t.strictSame(Object.fromEntries(received[0]?.form ?? []), {
    grant_type: 'client_credentials',
    client_id: 'TPP_test',
    scope: 'psd2:payment:sepa:write',
  })
})

t.test('nothing to send is our fault, and says no more', async (t) => {
  const bank = bankAt(t, await closedPort())
  const expected = { kind: 'our_fault', reason: 'request_unbuildable' }
  t.strictSame(await bank.refresh(new Secret('')), expected)
  t.strictSame(await bank.exchangeCode(new Secret(''), new Secret('v')), expected)
})

t.test('a request that never left', async (t) => {
  const refused = await bankAt(t, await closedPort()).refresh(token)
  t.strictSame(refused, { kind: 'not_processed', reason: 'connect_refused', left: false })
  const tokenEndpoint = 'https://no-such-bank.invalid/as/token.oauth2'
  const unknown = await bankAt(t, await closedPort(), { tokenEndpoint }).refresh(token)
  t.strictSame(unknown, { kind: 'not_processed', reason: 'dns_failed', left: false })
})

t.test('refused first, answered later: the lane recovers', async (t) => {
  const { base, server } = await startRaw(t, (socket) => socket.end())
  const bank = bankAt(t, base)
  t.match(await bank.refresh(token), { kind: 'uncertain' })
  server.removeAllListeners('connection')
  server.on('connection', (socket) => {
    socket.once('data', () => socket.end(`HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n${pairText}`))
  })
  t.match(await bank.refresh(token), { kind: 'granted' })
})

const CRLF = '\r\n'
const head = (status: string, ...lines: string[]) => [`HTTP/1.1 ${status}`, ...lines, '', ''].join(CRLF)
const whole = head('200 OK', `content-length: ${pairText.length}`) + pairText

const answers: Record<string, [string, 'keep' | 'end' | 'reset', object]> = {
  'closed without a word': ['', 'end', { kind: 'uncertain', reason: 'connection_reset' }],
  'reset without a word': ['', 'reset', { kind: 'uncertain', reason: 'connection_reset' }],
  'something that is not HTTP': ['SSH-2.0-x\r\n', 'keep', { kind: 'uncertain', reason: 'answer_malformed' }],
  'half a head': ['HTTP/1.1 200 OK\r\ncontent-', 'end', { kind: 'uncertain' }],
  'a switch of protocols': [
    head('101 Switching Protocols', 'upgrade: x', 'connection: upgrade'),
    'keep',
    { kind: 'uncertain' },
  ],
  'early hints first': [head('103 Early Hints', 'link: x') + whole, 'keep', { kind: 'granted' }],
  'a body cut off': [
    `${head('200 OK', 'content-length: 500')}{"access_tok`,
    'reset',
    { kind: 'uncertain', raw: '{"access_tok' },
  ],
  'a body cut off behind its last brace': [
    head('200 OK', 'content-length: 500') + pairText,
    'reset',
    { kind: 'granted', access: 'AT-1', refresh: 'RT-1' },
  ],
  'chunks without the last one': [
    `${head('200 OK', 'transfer-encoding: chunked')}${pairText.length.toString(16)}\r\n${pairText}\r\n`,
    'reset',
    { kind: 'granted', access: 'AT-1' },
  ],
  'a body until the end of the connection': [head('200 OK') + pairText, 'end', { kind: 'granted' }],
  'a body of another content type': [
    head('200 OK', 'content-type: image/png', `content-length: ${pairText.length}`) + pairText,
    'keep',
    { kind: 'granted' },
  ],
  'an empty 204': [head('204 No Content'), 'keep', { kind: 'uncertain', reason: 'answer_unreadable' }],
  'a redirect': [
    head('307 Temporary Redirect', 'location: /elsewhere', 'content-length: 0'),
    'keep',
    { kind: 'our_fault', reason: 'http_307' },
  ],
  'a misdirected request': [
    head('421 Misdirected Request', 'content-length: 0'),
    'keep',
    { kind: 'our_fault', reason: 'http_421' },
  ],
  'a maintenance page': [
    `${head('503 Service Unavailable', 'retry-after: 60', 'content-length: 6')}<html>`,
    'keep',
    { kind: 'uncertain', reason: 'http_503' },
  ],
  'too many requests': [
    head('429 Too Many', 'retry-after: 60', 'retry-after: 90', 'content-length: 0'),
    'keep',
    { kind: 'not_processed', reason: 'http_429', left: true },
  ],
}

for (const [name, [text, then, expected]] of Object.entries(answers)) {
  t.test(`answered by ${name}`, async (t) => {
    let requests = 0
    const { base } = await startRaw(t, (socket) => {
      requests += 1
      socket.write(text, () => {
        if (then === 'end') socket.end()
        if (then === 'reset') socket.resetAndDestroy()
      })
      if (text === '' && then === 'end') socket.end()
      if (text === '' && then === 'reset') socket.resetAndDestroy()
    })
    t.match(open(await bankAt(t, base).refresh(token)), expected)
    t.equal(requests, 1, 'presented once')
  })
}

t.test('an endless body is given up, its start kept', async (t) => {
  const { base } = await startRaw(t, (socket) => {
    socket.write('HTTP/1.1 200 OK\r\n\r\n')
    const more = () => socket.writable && socket.write('x'.repeat(16_384), more)
    more()
  })
  const outcome = await bankAt(t, base).refresh(token)
  t.match(outcome, { kind: 'uncertain', reason: 'answer_too_large' })
  t.equal(outcome.kind === 'uncertain' && outcome.unreadableAnswer?.reveal().length, 65_536)
})

t.test('abandoned after it left', async (t) => {
  const silent = await startRaw(t, () => {})
  const outcome = await bankAt(t, silent.base, { abandonAfterMs: 200 }).refresh(token)
  t.strictSame(outcome, { kind: 'uncertain', reason: 'abandoned' })
  const slow = await startRaw(t, (socket) => socket.write(`${head('200 OK', 'content-length: 99')}{"a`))
  const cut = await bankAt(t, slow.base, { abandonAfterMs: 200 }).refresh(token)
  t.strictSame(open(cut), { kind: 'uncertain', reason: 'abandoned', raw: '{"a' })
})

t.test('abandoned before it left: it never leaves', async (t) => {
  const { base, server } = await startRaw(t, () => t.fail('it left'))
  const tokenEndpoint = `${base.replace('http:', 'https:')}/as/token.oauth2`
  const bank = bankAt(t, base, { tokenEndpoint, abandonAfterMs: 50 })
  const arrived = once(server, 'connection')
  const outcome = await bank.refresh(token)
  t.strictSame(outcome, { kind: 'not_processed', reason: 'abandoned', left: false })
  const [socket] = await arrived
  if (!socket.closed) await once(socket, 'close')
  t.pass('and its connection is dropped')
})

t.test('no secret shows in what a failure says', async (t) => {
  const { base } = await startHttp(t, (received, response) =>
    json(response, 400, Object.fromEntries(received.form)),
  )
  const outcome = await bankAt(t, base).refresh(token)
  t.notMatch(JSON.stringify(outcome), /the-refresh-token/)
  t.match(outcome, { kind: 'our_fault', reason: 'http_400' })
})
