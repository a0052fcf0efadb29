import t from 'tap'
import { Secret } from '../../src/core/secret.ts'
import { bankAt } from './support/bank.ts'
import { closedPort, json, startHttp } from './support/servers.ts'

const token = new Secret('AT')
const iban = 'NL12ABNA9999876523'
/** The core brings all spellings to one. */
const GROUPED = 'nl12 abna 9999 8765 23'

const answers: [string, unknown, object][] = [
  [
    'the account sample of the bank',
    {
      iban,
      transactionId: null,
      scopes: 'psd2:account:details:read psd2:account:balance:read',
      valid: 1525691979,
    },
    { kind: 'known', iban, scopes: ['psd2:account:details:read', 'psd2:account:balance:read'] },
  ],
  [
    'the payment sample, without prefixes',
    { scopes: 'payment:sepa:write payment:sepa:read', iban, paymentReference: 'x', valid: '1543931986' },
    { kind: 'known', iban, scopes: ['psd2:payment:sepa:write', 'psd2:payment:sepa:read'] },
  ],
  [
    'no IBAN',
    { scopes: 'payment:sepa:read' },
    { kind: 'known', iban: null, scopes: ['psd2:payment:sepa:read'] },
  ],
  ['a blank IBAN', { iban: '  ', scopes: 'a' }, { kind: 'known', iban: null, scopes: ['a'] }],
  ['an IBAN in groups', { iban: GROUPED }, { kind: 'known', iban: GROUPED, scopes: null }],
  ['a list of scopes', { iban, scopes: ['x', 1, 'x'] }, { kind: 'known', iban, scopes: ['x'] }],
  ['blank scopes', { iban, scopes: ' ' }, { kind: 'known', iban, scopes: null }],
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

t.test('it never raises', async (t) => {
  const gateway = await startHttp(t, (_, response) =>
    json(response, 401, { errors: [{ code: 'ERR_2002_002' }] }),
  )
  t.strictSame(await bankAt(t, gateway.base).consentInfo(token), { kind: 'unknown', reason: 'http_401' })
  const silent = await startHttp(t, () => {})
  const late = await bankAt(t, silent.base, { timeoutMs: 200 }).consentInfo(token)
  t.strictSame(late, { kind: 'unknown', reason: 'abandoned' })
  const nobody = await bankAt(t, await closedPort()).consentInfo(token)
  t.strictSame(nobody, { kind: 'unknown', reason: 'connect_refused' })
  const odd = await bankAt(t, gateway.base).consentInfo(new Secret('a\r\nb'))
  t.strictSame(odd, { kind: 'unknown', reason: 'not_sent' })
})
