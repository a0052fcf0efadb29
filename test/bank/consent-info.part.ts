import { Secret } from '../../src/core/secret.ts'
import { t } from '../support/parts.ts'
import { bankAt } from './support/bank.ts'
import { closedPort, json, startHttp } from './support/servers.ts'

const token = new Secret('AT')
const iban = 'NL12ABNA9999876523'
/** The core brings all spellings to one. */
const GROUPED = 'nl12 abna 9999 8765 23'

const told = { kind: 'known', iban: null, scopes: null, transactionId: null }
const PAYMENT = { scopes: 'payment:sepa:write payment:sepa:read', iban, valid: '1543931986' }
const PAYMENT_SCOPES = ['psd2:payment:sepa:write', 'psd2:payment:sepa:read']

const answers: [string, unknown, object][] = [
  [
    'the account sample of the bank',
    {
      iban,
      transactionId: null,
      scopes: 'psd2:account:details:read psd2:account:balance:read',
      valid: 1525691979,
    },
    { ...told, iban, scopes: ['psd2:account:details:read', 'psd2:account:balance:read'] },
  ],
  [
    'the payment sample, without prefixes',
    { ...PAYMENT, paymentReference: '8338L5812304793S0PD' },
    { ...told, iban, scopes: PAYMENT_SCOPES, transactionId: '8338L5812304793S0PD' },
  ],
  [
    'the same, with the name of the other sample',
    { ...PAYMENT, transactionId: ' 8338L ', paymentReference: null },
    { ...told, iban, scopes: PAYMENT_SCOPES, transactionId: '8338L' },
  ],
  [
    'the batch sample',
    { scopes: 'psd2:payment:batchsct:write', iban, paymentReference: null, valid: '1543931986' },
    { ...told, iban, scopes: ['psd2:payment:batchsct:write'] },
  ],
  ['no IBAN', { scopes: 'payment:sepa:read' }, { ...told, scopes: ['psd2:payment:sepa:read'] }],
  ['a blank IBAN', { iban: '  ', scopes: 'a' }, { ...told, scopes: ['a'] }],
  ['what is no text for an IBAN', { iban: 7, scopes: 'a' }, { ...told, scopes: ['a'] }],
  ['an IBAN with a NUL', { iban: `${iban}\0`, scopes: 'a' }, { ...told, scopes: ['a'] }],
  ['an IBAN in groups', { iban: GROUPED }, { ...told, iban: GROUPED }],
  ['a list of scopes', { iban, scopes: ['x', 1, 'x', 'a b'] }, { ...told, iban, scopes: ['x'] }],
  ['blank scopes', { iban, scopes: ' ' }, { ...told, iban }],
  ['a scope with a NUL', { iban, scopes: 'a\0 b\tc' }, { ...told, iban, scopes: ['b', 'c'] }],
  ['an end that is no time', { iban, valid: 'soon' }, { ...told, iban }],
  ['an empty object', {}, { kind: 'unknown', reason: 'answer_empty' }],
  ['an array', [{ iban }], { kind: 'unknown', reason: 'answer_unreadable' }],
]

for (const [name, body, expected] of answers) {
  t.test(`Consent Info says ${name}`, async (t) => {
    const { base } = await startHttp(t, (_, response) => json(response, 200, body))
    t.strictSame(await bankAt(t, base).consentInfo(token), expected)
  })
}

t.test('what it sends', async (t) => {
  const { base, received } = await startHttp(t, (_, response) => json(response, 200, { iban }))
  await bankAt(t, base, { apiBaseUrl: `${base}/v1/` }).consentInfo(token)
  t.match(received[0], {
    method: 'GET',
    path: '/v1/consentinfo',
    headers: {
      authorization: 'Bearer AT',
      'api-key': 'the-api-key',
      accept: 'application/json',
      'x-request-id': /^[0-9a-f-]{36}$/,
    },
  })
})

/** Types a proxy or a gateway may give, and a byte order mark (RFC 8259 section 8.1 lets us ignore it). */
const TYPES: [type: string | null, before: string][] = [
  ['application/json; charset=ISO-8859-1', ''],
  ['text/html', '\r\n '],
  ['application/vnd.abnamro+json;charset=utf-8', '\ufeff'],
  [null, '\ufeff\n'],
]
t.test('whatever type and order mark its body has', async (t) => {
  for (const [type, before] of TYPES) {
    const { base } = await startHttp(t, (_, response) => {
      response.writeHead(200, type === null ? {} : { 'content-type': type })
      response.end(`${before}${JSON.stringify({ iban })}`)
    })
    t.strictSame(await bankAt(t, base).consentInfo(token), { ...told, iban }, String(type))
  }
})

const envelope = (...codes: unknown[]) => ({
  errors: codes.map((code) => ({ code, message: 'revoked access token', status: 500 })),
})
const HTML = '<html>401 invalid access token</html>'

/** By the codes of ABNAMRO.md section 5, then by status; the text says whatever it likes. */
const refusals: [status: number, body: unknown, expected: object][] = [
  [401, envelope('ERR_2002_002'), { kind: 'rejected', reason: 'ERR_2002_002' }],
  [401, envelope('ERR_2100_001'), { kind: 'rejected', reason: 'ERR_2100_001' }],
  [400, envelope('ERR_2003_001'), { kind: 'rejected', reason: 'ERR_2003_001' }],
  [401, envelope('ERR_2005_001'), { kind: 'our_fault', reason: 'ERR_2005_001' }],
  [401, envelope('ERR_2004_003'), { kind: 'our_fault', reason: 'ERR_2004_003' }],
  [403, envelope('ERR_3001_001'), { kind: 'our_fault', reason: 'ERR_3001_001' }],
  [400, envelope('ERR_1002_003'), { kind: 'our_fault', reason: 'ERR_1002_003' }],
  [403, envelope('MESSAGE_RST560_0016'), { kind: 'no_access', reason: 'MESSAGE_RST560_0016' }],
  [403, envelope('MESSAGE_DAO375_0007'), { kind: 'no_access', reason: 'MESSAGE_DAO375_0007' }],
  [403, envelope('MESSAGE_BAI561_0044'), { kind: 'no_access', reason: 'MESSAGE_BAI561_0044' }],
  [403, envelope('ERR_3002_002'), { kind: 'no_access', reason: 'ERR_3002_002' }],
  [429, envelope('ERR_7002_001'), { kind: 'busy', reason: 'ERR_7002_001' }],
  [500, envelope('MESSAGE_BAI560_0005'), { kind: 'unknown', reason: 'MESSAGE_BAI560_0005' }],
  [503, envelope('ERR_9001_005'), { kind: 'unknown', reason: 'ERR_9001_005' }],
  [401, envelope(null, 'NEW_1', 'ERR_2002_002'), { kind: 'rejected', reason: 'ERR_2002_002' }],
  [401, envelope('NEW_1'), { kind: 'rejected', reason: 'http_401' }],
  [403, envelope('NEW_1'), { kind: 'no_access', reason: 'http_403' }],
  [404, envelope('NEW_1'), { kind: 'our_fault', reason: 'http_404' }],
  [429, envelope('toString'), { kind: 'busy', reason: 'http_429' }],
  [503, envelope('NEW_1'), { kind: 'unknown', reason: 'http_503' }],
  [401, HTML, { kind: 'our_fault', reason: 'http_401' }],
  [403, HTML, { kind: 'our_fault', reason: 'http_403' }],
  [400, '', { kind: 'our_fault', reason: 'http_400' }],
  [429, '', { kind: 'busy', reason: 'http_429' }],
  [502, HTML, { kind: 'unknown', reason: 'http_502' }],
  [302, '', { kind: 'unknown', reason: 'http_302' }],
  [204, '', { kind: 'unknown', reason: 'http_204' }],
  [401, { errors: 'ERR_2002_002' }, { kind: 'our_fault', reason: 'http_401' }],
  [401, { errors: [null, 7] }, { kind: 'our_fault', reason: 'http_401' }],
]

t.test('a refusal is judged by its code, else by its status', async (t) => {
  let [status, body]: [number, unknown] = [0, null]
  const { base } = await startHttp(t, (_, response) => {
    response.writeHead(status).end(typeof body === 'string' ? body : JSON.stringify(body))
  })
  const bank = bankAt(t, base)
  for (const [refused, sent, expected] of refusals) {
    ;[status, body] = [refused, sent]
    t.strictSame(await bank.consentInfo(token), expected, `${status} ${JSON.stringify(body)}`)
  }
})

t.test('a bank that says when to come back is heard', async (t) => {
  const { base } = await startHttp(t, (_, response) => {
    response.writeHead(429, { 'retry-after': '7' }).end(JSON.stringify(envelope('ERR_7002_001')))
  })
  const info = await bankAt(t, base).consentInfo(token)
  t.strictSame(info, { kind: 'busy', reason: 'ERR_7002_001', retryAfterMs: 7_000 })
})

t.test('it never raises', async (t) => {
  const silent = await startHttp(t, () => {})
  const late = await bankAt(t, silent.base, { timeoutMs: 200 }).consentInfo(token)
  t.strictSame(late, { kind: 'unknown', reason: 'abandoned' })
  const nobody = await bankAt(t, await closedPort()).consentInfo(token)
  t.strictSame(nobody, { kind: 'unknown', reason: 'connect_refused' })
  const odd = await bankAt(t, silent.base).consentInfo(new Secret('a\r\nb'))
  t.strictSame(odd, { kind: 'unknown', reason: 'not_sent' })
})
