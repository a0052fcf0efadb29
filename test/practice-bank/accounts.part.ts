import { t } from '../support/parts.ts'
import { openBank, refusalOf } from './helpers.ts'

const iban = 'NL12ABNA9999876523'
const funds = ['psd2:account:funds:read']

interface Transaction {
  transactionId: string
  bookDate: string
  transactionTimestamp: string
  amount: number
  balanceAfterMutation: number
}

interface Page {
  accountNumber: string
  nextPageKey?: string
  transactions: Transaction[]
}

t.test('a token fetches what its consent is for: details, balance, funds', async (t) => {
  const { bank, api } = await openBank(t)
  const { access_token } = bank.startGrant()
  const details = await api(`GET /v1/accounts/${iban}/details`, access_token)
  t.match(details.headers.get('trace-id'), /^[\da-f-]{36}$/)
  t.strictSame(await details.json(), {
    accountNumber: iban,
    currency: 'EUR',
    accountHolderName: 'Bakkerij De Vries B.V.',
  })
  const balances = await (await api(`GET /v1/accounts/${iban}/balances`, access_token)).json()
  const { amount } = balances as { amount: number }
  t.strictSame(balances, { accountNumber: iban, balanceType: 'BOOKBALANCE', amount, currency: 'EUR' })

  const checking = bank.startGrant({ scopes: funds }).access_token
  const available = async (query: string) =>
    (await api(`GET /v1/accounts/${iban}/funds?${query}`, checking)).json()
  const most = Math.round(amount * 100 + 1_000_000) / 100
  t.strictSame(await available(`amount=${most}`), {
    accountNumber: iban,
    amount: most,
    currency: 'EUR',
    available: true,
  })
  t.match(await available(`amount=${(most + 0.01).toFixed(2)}&currency=EUR`), { available: false })
  t.match(await available('amount=1&currency=USD'), { currency: 'USD', available: false })
})

t.test('eighteen months of transactions, newest first, fifty a page, always the same', async (t) => {
  const { bank, api, clock } = await openBank(t)
  const { access_token } = bank.startGrant()
  const read = async (query: string) => {
    const answer = await api(`GET /v1/accounts/${iban}/transactions?${query}`, access_token)
    t.equal(answer.status, 200, query)
    return (await answer.json()) as Page
  }
  const all: Transaction[] = []
  const first = await read('')
  for (let page = first; ; page = await read(`nextPageKey=${page.nextPageKey}`)) {
    t.equal(page.accountNumber, iban)
    all.push(...page.transactions)
    if (page.nextPageKey === undefined) break
    t.equal(page.transactions.length, 50)
    t.match(page.nextPageKey, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}$/)
  }
  t.ok(all.length > 400, `${all.length} transactions`)
  t.equal(new Set(all.map(({ transactionId }) => transactionId)).size, all.length)
  const moments = all.map(({ transactionTimestamp }) => transactionTimestamp)
  t.strictSame(moments, [...new Set(moments)].sort().reverse())
  t.ok(all.at(-1)!.bookDate >= '2024-07-05')
  t.ok(
    all
      .slice(0, -1)
      .every(
        (one, index) =>
          Math.abs(all[index + 1]!.balanceAfterMutation + one.amount - one.balanceAfterMutation) < 0.001,
      ),
    'each balance follows from the one before',
  )
  t.match(first.transactions[0], {
    mutationCode: /^\d{3}$/,
    descriptionLines: [/./],
    currency: 'EUR',
    status: 'EXECUTED',
    counterPartyName: String,
    counterPartyAccountNumber: /^(NL\d\dPRAC\d{10})?$/,
  })
  const balances = (await (await api(`GET /v1/accounts/${iban}/balances`, access_token)).json()) as {
    amount: number
  }
  t.equal(balances.amount, all[0]!.balanceAfterMutation)

  const week = await read('bookDateFrom=2025-11-03&bookDateTo=2025-11-09')
  t.strictSame(
    week.transactions,
    all.filter(({ bookDate }) => bookDate >= '2025-11-03' && bookDate <= '2025-11-09'),
  )
  t.ok(week.transactions.length > 0)
  clock.nowMs += 3600_000
  const later = await openBank(t)
  later.clock.nowMs = clock.nowMs + 30 * 86_400_000
  const again = later.bank.startGrant().access_token
  const same = await later.api(
    `GET /v1/accounts/${iban}/transactions?bookDateFrom=2025-11-03&bookDateTo=2025-11-09`,
    again,
  )
  t.strictSame(await same.json(), week, 'another bank, a month later')
})

t.test('any account a grant is for has something to tell', async (t) => {
  const { bank, api } = await openBank(t)
  for (const made of ['NL91ABNA0417164300', 'made-up-17']) {
    const { access_token } = bank.startGrant({ iban: made })
    for (const what of ['details', 'balances', 'transactions']) {
      const answer = await api(`GET /v1/accounts/${made}/${what}`, access_token)
      t.match(await answer.json(), { accountNumber: made }, what)
    }
  }
})

t.test('refusals: another account, another scope, a client’s token, wrong questions', async (t) => {
  const { bank, api, token } = await openBank(t)
  const balance = bank.startGrant({ scopes: ['psd2:account:balance:read'] }).access_token
  const all = bank.startGrant().access_token
  const checking = bank.startGrant({ scopes: funds }).access_token
  const client = (await (
    await token({ grant_type: 'client_credentials', client_id: 'TPP_test', scope: 'psd2:payment:sepa:write' })
  ).json()) as { access_token: string }
  const at = `/v1/accounts/${iban}`
  const cases: [string, string, number, string][] = [
    ['/v1/accounts/NL58ABNA9999142181/balances', balance, 403, 'MESSAGE_RST560_0016'],
    [`${at}/details`, balance, 403, 'ERR_3002_003'],
    [`${at}/transactions`, balance, 403, 'ERR_3002_003'],
    [`${at}/funds?amount=1`, all, 403, 'ERR_3002_003'],
    [`${at}/balances`, client.access_token, 403, 'ERR_3002_003'],
    [`${at}/balances`, 'unknown', 401, 'ERR_2002_002'],
    [`${at}/owners`, all, 404, 'ERR_4001_001'],
    [`${at}/funds`, checking, 400, 'MESSAGE_RST560_0018'],
    [`${at}/funds?amount=-1`, checking, 400, 'MESSAGE_RST560_0014'],
    [`${at}/funds?amount=0`, checking, 400, 'MESSAGE_RST560_0014'],
    [`${at}/funds?amount=1&currency=euro`, checking, 400, 'MESSAGE_RST560_0015'],
    [`${at}/transactions?bookDateFrom=05-01-2026`, all, 400, 'MESSAGE_RST560_0009'],
    [`${at}/transactions?bookDateTo=2026-02-30`, all, 400, 'MESSAGE_RST560_0008'],
    [`${at}/transactions?bookDateFrom=2026-01-06`, all, 400, 'MESSAGE_RST560_0013'],
    [`${at}/transactions?bookDateTo=2026-01-06`, all, 400, 'MESSAGE_RST560_0012'],
    [`${at}/transactions?bookDateFrom=2026-01-02&bookDateTo=2026-01-01`, all, 400, 'MESSAGE_RST560_0011'],
    [`${at}/transactions?bookDateFrom=2024-07-04`, all, 400, 'MESSAGE_BAI560_0029'],
    [`${at}/transactions?nextPageKey=2`, all, 400, 'ERR_1100_004'],
    [`${at}/transactions?nextPageKey=2025-13-01T00:00:00.000000`, all, 400, 'ERR_1100_004'],
  ]
  for (const [path, accessToken, status, code] of cases) {
    t.strictSame(await refusalOf(await api(`GET ${path}`, accessToken)), [status, code], path)
  }
})

t.test('faults strike accounts and payments too', async (t) => {
  const { bank, api } = await openBank(t)
  const { access_token, grant_id } = bank.startGrant()
  bank.faults.add({ endpoint: 'accounts', grantId: grant_id, action: { kind: 'status', status: 503 } })
  bank.faults.add({ endpoint: 'payments', action: { kind: 'status', status: 500 } })
  t.equal((await api(`GET /v1/accounts/${iban}/balances`, access_token)).status, 503)
  t.equal((await api(`GET /v1/accounts/${iban}/balances`, access_token)).status, 200)
  t.equal((await api('POST /v1/payments', access_token)).status, 500)
})

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
