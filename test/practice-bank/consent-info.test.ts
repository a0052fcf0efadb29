import t from 'tap'
import { openBank } from './helpers.ts'

interface Envelope {
  errors: Record<string, unknown>[]
}

t.test('account information: the account, its scopes and the token’s end', async (t) => {
  const { bank, consentInfo, clock } = await openBank(t)
  const { access_token } = bank.startGrant({ scopes: ['psd2:account:balance:read'] })
  const response = await consentInfo(access_token, { 'x-request-id': 'request-1' })
  t.equal(response.status, 200)
  t.equal(response.headers.get('x-request-id'), 'request-1')
  t.match(response.headers.get('trace-id'), /^[\da-f-]{36}$/)
  t.equal(
    await response.text(),
    `{"iban":"NL12ABNA9999876523","transactionId":null,"scopes":"psd2:account:balance:read","valid":${clock.nowMs / 1000 + 7200}}`,
  )
})

t.test(
  'payments: other member names, no prefix, a text for valid, as the bank’s samples have it',
  async (t) => {
    const { bank, consentInfo, clock } = await openBank(t)
    const valid = String(clock.nowMs / 1000 + 7200)
    const single = bank.startGrant({
      scopes: ['psd2:payment:sepa:write', 'psd2:payment:sepa:read'],
      transactionId: '8338L5812304793S0PD',
    })
    t.strictSame(await (await consentInfo(single.access_token)).json(), {
      scopes: 'payment:sepa:write payment:sepa:read',
      iban: 'NL12ABNA9999876523',
      paymentReference: '8338L5812304793S0PD',
      valid,
    })
    const batch = bank.startGrant({ scopes: ['psd2:payment:batchsct:write'] })
    t.strictSame(await (await consentInfo(batch.access_token)).json(), {
      scopes: 'psd2:payment:batchsct:write',
      iban: 'NL12ABNA9999876523',
      paymentReference: null,
      valid,
    })
  },
)

t.test('refusals come in the gateway’s envelope', async (t) => {
  const { bank, baseUrl } = await openBank(t)
  const authorization = `Bearer ${bank.startGrant().access_token}`
  const apiKey = 'practice-api-key'
  const cases: [Record<string, string>, number, string, string][] = [
    [{ 'api-key': apiKey }, 400, 'ERR_1002_002', 'MISSING_HEADER'],
    [{ authorization }, 400, 'ERR_1002_003', 'MISSING_HEADER'],
    [{ authorization: 'Basic eDp5', 'api-key': apiKey }, 400, 'ERR_1001_001', 'INCORRECT_HEADER'],
    [{ authorization, 'api-key': 'other' }, 401, 'ERR_2005_001', 'INVALID_API_KEY'],
    [{ authorization: 'Bearer x', 'api-key': apiKey }, 401, 'ERR_2002_002', 'INVALID_ACCESS_TOKEN'],
  ]
  for (const [headers, status, code, category] of cases) {
    const response = await fetch(`${baseUrl}/v1/consentinfo`, { headers })
    t.equal(response.status, status)
    const { errors } = (await response.json()) as Envelope
    t.strictSame(Object.keys(errors[0]!), ['code', 'message', 'reference', 'traceId', 'status', 'category'])
    t.match(errors[0], { code, status, category, traceId: response.headers.get('trace-id') })
  }
})
