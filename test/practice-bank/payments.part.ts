import type { Test } from 'tap'
import { walkConsent } from '../../src/practice-bank/index.ts'
import { t } from '../support/parts.ts'
import { codeForm, codeOf, openBank, refusalOf, tokenBody } from './helpers.ts'
import {
  clientToken,
  creditor,
  debtor,
  register,
  retail,
  sepa,
  sepaScopes,
  standingOrder,
  xborder,
} from './payment-orders.ts'

async function statusOf(t: Test, response: Response, status = 200): Promise<unknown> {
  t.equal(response.status, status)
  return ((await response.json()) as { status: string }).status
}

t.test('the tutorial’s walk: register, consent, release, read the status', async (t) => {
  const open = await openBank(t)
  const client = await clientToken(open, 'psd2:payment:sepa:write')
  const stored = await open.api('POST /v1/payments', client, sepa)
  t.equal(stored.status, 201)
  const { transactionId, ...rest } = (await stored.json()) as Record<string, string>
  t.match(transactionId, /^\d{4}[A-Z]\d{10}S0PD$/)
  t.strictSame(rest, { accountNumber: debtor, status: 'STORED', accountHolderName: 'De Vries Holding B.V.' })
  t.match(open.bank.findPayment(transactionId!), {
    creditorName: 'John Doe',
    creditorAccount: creditor,
    amount: 149.99,
    currency: 'EUR',
    remittance: 'Payment of invoice 123/01',
    status: 'STORED',
  })

  const asked = { scope: sepaScopes.join(' '), transactionId: transactionId! }
  const code = codeOf(await walkConsent(open.authorizationUrl(asked), { iban: creditor }))
  const { access_token, refresh_token } = await tokenBody(await open.token(codeForm(code)))
  const info = (await (await open.consentInfo(access_token)).json()) as object
  t.match(info, { paymentReference: transactionId, iban: creditor })

  const one = `/v1/payments/${transactionId}`
  t.equal(await statusOf(t, await open.api(`GET ${one}`, access_token)), 'AUTHORIZED')
  const released = await open.api(`PUT ${one}`, access_token)
  t.equal(released.status, 200)
  t.strictSame(await released.json(), {
    accountNumber: creditor,
    transactionId,
    status: 'EXECUTED',
    accountHolderName: 'Bakkerij De Vries B.V.',
  })
  t.strictSame(await refusalOf(await open.api(`PUT ${one}`, access_token)), [400, 'MESSAGE_BAI561_0068'])
  const fresh = await tokenBody(await open.refresh(refresh_token))
  const read = await open.api(`GET ${one}`, fresh.access_token)
  t.strictSame(await read.json(), { accountNumber: creditor, transactionId, status: 'EXECUTED' })
})

t.test('a token may do what its scope, its grant type and its transaction allow', async (t) => {
  const open = await openBank(t)
  const { bank, api } = open
  const transactionId = await register(open)
  const client = await clientToken(open, 'psd2:payment:sepa:write')
  const other = await clientToken(open, 'psd2:payment:xborder:write')
  const tokenOf = (scopes: readonly string[], id = transactionId) =>
    bank.startGrant({ scopes, transactionId: id }).access_token
  const reading = tokenOf(['psd2:payment:sepa:read'])
  const account = bank.startGrant().access_token
  const consent = tokenOf(sepaScopes)
  const one = `/v1/payments/${transactionId}`
  const cases: [string, string, number, string][] = [
    ['POST /v1/payments', other, 403, 'ERR_3002_003'],
    ['POST /v1/payments', account, 403, 'ERR_3002_003'],
    ['POST /v1/payments', consent, 403, 'MESSAGE_BAI561_0048'],
    [`PUT ${one}`, client, 403, 'MESSAGE_BAI561_0048'],
    [`PUT ${one}`, reading, 403, 'MESSAGE_BAI561_0046'],
    [`PUT ${one}`, account, 403, 'ERR_3002_003'],
    [`GET ${one}`, tokenOf(['psd2:payment:sepa:write']), 403, 'MESSAGE_BAI561_0046'],
    [`PUT ${one}`, tokenOf(sepaScopes, await register(open)), 400, 'MESSAGE_BAI561_0067'],
    ['PUT /v1/payments/8338L5812304793S0PD', tokenOf(sepaScopes, '8338L5812304793S0PD'), 404, 'ERR_4001_001'],
    [`PATCH ${one}`, consent, 404, 'ERR_4001_001'],
    [`GET /v1/payments/xborder/${transactionId}`, consent, 404, 'ERR_4001_001'],
    [`PUT ${one}`, 'unknown', 401, 'ERR_2002_002'],
  ]
  for (const [operation, token, status, code] of cases) {
    t.strictSame(await refusalOf(await api(operation, token)), [status, code], operation)
  }
  t.strictSame(await refusalOf(await api(`PUT ${one}`, consent, sepa)), [400, 'MESSAGE_BAI561_0066'])
  t.equal(bank.findPayment(transactionId)?.status, 'AUTHORIZED')
})

t.test(
  'a payment for later is scheduled, may be cancelled until its day, and is executed then',
  async (t) => {
    const open = await openBank(t)
    const later = { ...sepa, requestedExecutionDate: '2026-01-07' }
    const [kept, cancelled] = [await register(open, later), await register(open, later)]
    const tokenOf = (transactionId: string) =>
      open.bank.startGrant({ scopes: sepaScopes, transactionId }).access_token
    const [keeping, cancelling] = [tokenOf(kept), tokenOf(cancelled)]
    const early = await open.api(`DELETE /v1/payments/${kept}`, keeping)
    t.strictSame(await refusalOf(early), [400, 'ERR_1100_004'], 'not released yet')
    t.equal(await statusOf(t, await open.api(`PUT /v1/payments/${kept}`, keeping)), 'SCHEDULED')
    await open.api(`PUT /v1/payments/${cancelled}`, cancelling)
    const gone = await open.api(`DELETE /v1/payments/${cancelled}`, cancelling)
    t.equal(gone.status, 204)
    t.match(gone.headers.get('trace-id'), /^[\da-f-]{36}$/)
    t.equal(open.bank.findPayment(cancelled)?.status, 'CANCELLED')
    open.clock.nowMs += 2 * 86_400_000
    const [now] = [tokenOf(kept)]
    t.equal(await statusOf(t, await open.api(`GET /v1/payments/${kept}`, now)), 'EXECUTED')
    t.strictSame(await refusalOf(await open.api(`DELETE /v1/payments/${kept}`, now)), [400, 'ERR_1100_004'])
  },
)

t.test('what the account cannot pay is rejected', async (t) => {
  const open = await openBank(t)
  const transactionId = await register(open, { ...sepa, amount: 9_000_000 })
  const { access_token } = open.bank.startGrant({ scopes: sepaScopes, transactionId, iban: retail })
  t.match(await (await open.api(`PUT /v1/payments/${transactionId}`, access_token)).json(), {
    accountNumber: retail,
    status: 'REJECTED',
  })
})

t.test('cross-border payments and standing orders', async (t) => {
  const open = await openBank(t)
  const cross = await clientToken(open, 'psd2:payment:xborder:write')
  const sent = await open.api('POST /v1/payments/xborder', cross, xborder)
  const { transactionId } = (await sent.json()) as { transactionId: string }
  t.match(open.bank.findPayment(transactionId), { kind: 'xborder', currency: 'USD', amount: 3.78 })
  const scopes = ['psd2:payment:xborder:write']
  const abroad = open.bank.startGrant({ scopes, transactionId }).access_token
  const path = `/v1/payments/xborder/${transactionId}`
  t.strictSame(await refusalOf(await open.api(`GET ${path}`, abroad)), [404, 'ERR_4001_001'])
  t.equal(await statusOf(t, await open.api(`PUT ${path}`, abroad)), 'EXECUTED')

  const recurring = await clientToken(open, 'psd2:payment:recurrent:sepa:write')
  const order = await open.api('POST /v1/payments/standingorder', recurring, standingOrder)
  const stored = (await order.json()) as { transactionId: string }
  t.strictSame(stored, { accountNumber: debtor, transactionId: stored.transactionId, status: 'STORED' })
  const one = `/v1/payments/standingorder/${stored.transactionId}`
  const tokenFor = (scope: string) =>
    open.bank.startGrant({ scopes: [scope], transactionId: stored.transactionId }).access_token
  const [writing, deleting] = ['write', 'delete'].map((right) =>
    tokenFor(`psd2:payment:recurrent:sepa:${right}`),
  ) as [string, string]
  t.strictSame(await refusalOf(await open.api(`DELETE ${one}`, deleting)), [400, 'MESSAGE_BAI729_0057'])
  t.equal(await statusOf(t, await open.api(`PUT ${one}`, writing), 201), 'AUTHORIZED')
  t.strictSame(await refusalOf(await open.api(`PUT ${one}`, writing)), [400, 'MESSAGE_BAI729_0050'])
  t.strictSame(await refusalOf(await open.api(`DELETE ${one}`, writing)), [403, 'MESSAGE_BAI729_0003'])
  t.equal((await open.api(`DELETE ${one}`, deleting)).status, 204)
  t.strictSame(await refusalOf(await open.api(`DELETE ${one}`, deleting)), [400, 'MESSAGE_BAI729_0056'])
  const foreign = `/v1/payments/standingorder/${transactionId}`
  t.strictSame(await refusalOf(await open.api(`PUT ${foreign}`, writing)), [403, 'MESSAGE_BAI729_0051'])
})

t.test('a bad body is refused by the field that is wrong', async (t) => {
  const open = await openBank(t)
  const tokens = {
    '': await clientToken(open, 'psd2:payment:sepa:write'),
    '/xborder': await clientToken(open, 'psd2:payment:xborder:write'),
    '/standingorder': await clientToken(open, 'psd2:payment:recurrent:sepa:write'),
  }
  const { counterParty } = xborder
  const { payment } = standingOrder
  const noText = { toString: 1 }
  const cases: [keyof typeof tokens, unknown, string][] = [
    ['', 'no JSON', 'MESSAGE_BAI561_0066'],
    ['', [], 'MESSAGE_BAI561_0066'],
    ['', { ...sepa, initiatingpartyAccountNumber: noText }, 'MESSAGE_BAI561_0017'],
    ['', { ...sepa, counterpartyAccountNumber: [creditor] }, 'MESSAGE_BAI561_0061'],
    ['', { ...sepa, amount: noText }, 'MESSAGE_BAI561_0064'],
    ['', { ...sepa, counterpartyName: noText }, 'MESSAGE_BAI561_0070'],
    ['', { ...sepa, initiatingpartyAccountNumber: 'NL00ABNA9999841479' }, 'MESSAGE_BAI561_0017'],
    ['', { ...sepa, counterpartyAccountNumber: 'NL00ABNA9999841479' }, 'MESSAGE_BAI561_0018'],
    ['', { ...sepa, counterpartyAccountNumber: debtor }, 'MESSAGE_BAI561_0019'],
    ['', { ...sepa, counterpartyAccountNumber: undefined }, 'MESSAGE_BAI561_0060'],
    ['', { ...sepa, counterpartyAccountNumber: 'X'.repeat(35) }, 'MESSAGE_BAI561_0061'],
    ['', { ...sepa, counterpartyAccountNumber: 'NL12 ABNA' }, 'MESSAGE_BAI561_0062'],
    ['', { ...sepa, remittanceInfo: 'naïve <b>' }, 'MESSAGE_BAI561_0022'],
    ['', { ...sepa, counterpartyName: 'John "Doe"' }, 'MESSAGE_BAI561_0023'],
    ['', { ...sepa, amount: -1 }, 'MESSAGE_BAI561_0024'],
    ['', { ...sepa, currency: 'USD' }, 'MESSAGE_BAI561_0043'],
    ['', { ...sepa, amount: undefined }, 'MESSAGE_BAI561_0063'],
    ['', { ...sepa, amount: '149.99' }, 'MESSAGE_BAI561_0064'],
    ['', { ...sepa, amount: 1.005 }, 'MESSAGE_BAI561_0064'],
    ['', { ...sepa, counterpartyName: 'x'.repeat(71) }, 'MESSAGE_BAI561_0070'],
    ['', { ...sepa, counterpartyName: ' ' }, 'MESSAGE_BAI561_0071'],
    ['', { ...sepa, remittanceInfo: 'x'.repeat(141) }, 'MESSAGE_BAI561_0072'],
    ['', { ...sepa, requestedExecutionDate: '2027-01-05' }, 'MESSAGE_DAO375_0004'],
    ['', { ...sepa, requestedExecutionDate: '2026-02-30' }, 'ERR_1100_004'],
    ['', { ...sepa, structuredRemittanceInfo: { issuer: 'CUR', reference: '1' } }, 'ERR_1100_004'],
    [
      '',
      { ...sepa, remittanceInfo: undefined, structuredRemittanceInfo: { issuer: 'CUR' } },
      'MESSAGE_BAI561_0065',
    ],
    ['/xborder', { ...xborder, counterParty: undefined }, 'MESSAGE_BAI561_0079'],
    ['/xborder', { ...xborder, currency: undefined }, 'MESSAGE_BAI561_0076'],
    ['/xborder', { ...xborder, currency: 'JPY' }, 'MESSAGE_BAI561_0064'],
    ['/xborder', { ...xborder, currency: ['EUR'] }, 'ERR_1100_004'],
    ['/xborder', { ...xborder, chargesBearer: noText }, 'MESSAGE_BAI561_0080'],
    ['/xborder', { ...xborder, counterParty: { ...counterParty, bankIdentifier: noText } }, 'ERR_1100_004'],
    ['/xborder', { ...xborder, chargesBearer: 'ALL' }, 'MESSAGE_BAI561_0080'],
    [
      '/xborder',
      { ...xborder, counterParty: { ...counterParty, accountNumberType: 'X' } },
      'MESSAGE_BAI561_0073',
    ],
    [
      '/xborder',
      { ...xborder, counterParty: { ...counterParty, bankIdentifierType: '' } },
      'MESSAGE_BAI561_0084',
    ],
    ['/standingorder', 'x', 'MESSAGE_BAI729_0029'],
    ['/standingorder', { ...standingOrder, startDate: undefined }, 'MESSAGE_BAI729_0054'],
    ['/standingorder', { ...standingOrder, startDate: '30-01-2026' }, 'MESSAGE_BAI729_0008'],
    ['/standingorder', { ...standingOrder, startDate: '2026-01-04' }, 'MESSAGE_BAI729_0009'],
    ['/standingorder', { ...standingOrder, startDate: '2026-02-05' }, 'MESSAGE_BAI729_0010'],
    ['/standingorder', { ...standingOrder, endDate: '2026-01-06' }, 'MESSAGE_BAI729_0012'],
    ['/standingorder', { ...standingOrder, frequency: 'Hourly' }, 'MESSAGE_BAI729_0005'],
    ['/standingorder', { ...standingOrder, dayOfExecution: '32' }, 'MESSAGE_BAI729_0026'],
    ['/standingorder', { ...standingOrder, dayOfExecution: noText }, 'MESSAGE_BAI729_0026'],
    ['/standingorder', { ...standingOrder, payment: undefined }, 'ERR_1100_004'],
    ['/standingorder', { ...standingOrder, payment: { ...payment, amount: 0 } }, 'MESSAGE_BAI729_0022'],
  ]
  for (const [path, body, code] of cases) {
    const status = code === 'MESSAGE_DAO375_0004' ? 403 : 400
    const answer = await open.api(`POST /v1/payments${path}`, tokens[path], body)
    t.strictSame(await refusalOf(answer), [status, code], `${path} ${JSON.stringify(body)}`)
  }
  for (const body of [
    { ...sepa, initiatingpartyAccountNumber: undefined },
    { ...sepa, remittanceInfo: undefined, structuredRemittanceInfo: { issuer: 'CUR', reference: '12345' } },
  ]) {
    t.equal((await open.api('POST /v1/payments', tokens[''], body)).status, 201)
  }
})
