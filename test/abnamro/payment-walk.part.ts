import { parametersOf, RETURN_URL, statusOf, tokenOf } from '../flow/helpers.ts'
import { call } from '../support/api.ts'
import { ACCOUNTS, start } from '../support/authorize.ts'
import { createWorld } from '../support/broker.ts'
import { createBrowser } from '../support/browser.ts'
import { getConsent, getToken } from '../support/consents.ts'
import { t } from '../support/parts.ts'
import { waitFor } from '../support/wait-for.ts'

const world = await createWorld(t, { bank: { revocation: true } })
const { bank, bankUrl } = world
const broker = await world.startBroker({
  BANK_REVOCATION_ENDPOINT: `${bankUrl}/as/revoke_token.oauth2`,
})
const [CREDITOR, DEBTOR] = ACCOUNTS
const WRITE = 'psd2:payment:sepa:write'
const SCOPES = [WRITE, 'psd2:payment:sepa:read']
const order = {
  initiatingpartyAccountNumber: DEBTOR,
  counterpartyAccountNumber: CREDITOR,
  amount: 149.99,
  counterpartyName: 'John Doe',
  remittanceInfo: 'Payment of invoice 123/01',
}

t.test(
  'register, consent, authorize, release, read: the tutorial of the bank, with tokens of the broker',
  async (t) => {
    const transaction_id = await register()
    const { id, url } = await start(broker, { scopes: SCOPES, transaction_id, return_url: RETURN_URL })
    const browser = createBrowser()
    const { location } = await browser.open(url)
    t.match(Object.fromEntries(new URL(location ?? '').searchParams), {
      transactionId: transaction_id,
      scope: SCOPES.join(' '),
    })
    const page = await browser.consent(url, { iban: CREDITOR })
    t.match(parametersOf(page), { consent_id: id, status: 'active' })
    await waitFor('the account', async () => (await getConsent(broker, id)).account)
    t.match(
      await getConsent(broker, id),
      { account: 'NL12ABNA******6523', scopes: SCOPES },
      'which the customer chose',
    )

    const one = `/v1/payments/${transaction_id}`
    const { token } = await tokenOf(broker, id)
    t.match(await api(`GET ${one}`, token), { status: 200, body: { status: 'AUTHORIZED' } })
    t.equal((await api(`PUT ${one}`, await clientToken())).status, 403, 'a client token releases nothing')
    t.match(await api(`PUT ${one}`, token), {
      status: 200,
      body: { status: 'EXECUTED', accountNumber: CREDITOR },
    })
    const { body: rotated } = await getToken(broker, id, { rejected_token: token })
    t.not(rotated.access_token, token)
    t.match(await api(`GET ${one}`, rotated.access_token), { status: 200, body: { status: 'EXECUTED' } })
    t.equal(
      (await api('POST /v1/payments', rotated.access_token, order)).status,
      403,
      'nor does that of a consent register',
    )

    t.equal((await call(broker, `DELETE /v1/consents/${id}`)).status, 204)
    t.equal((await api(`GET ${one}`, rotated.access_token)).status, 401, 'revoked at the bank')
  },
)

t.test('a consent is for its own payment', async (t) => {
  const [transaction_id, other] = [await register(), await register()]
  const id = await authorize(transaction_id)
  const { token } = await tokenOf(broker, id)
  t.match(await api(`PUT /v1/payments/${other}`, token), {
    status: 400,
    body: { errors: [{ code: 'MESSAGE_BAI561_0067' }] },
  })
  t.equal(bank.findPayment(other)?.status, 'STORED')
  t.match(await api(`PUT /v1/payments/${transaction_id}`, token), { status: 200 })
})

t.test('a payment whose customer cancels stays as it was registered', async (t) => {
  const transaction_id = await register()
  const { id, url } = await start(broker, { scopes: SCOPES, transaction_id })
  await createBrowser().consent(url, { decision: 'cancel' })
  t.equal(await statusOf(broker, id), 'rejected/cancelled_by_customer')
  t.match(await tokenOf(broker, id), { status: 410, code: 'consent_rejected' })
  t.equal(bank.findPayment(transaction_id)?.status, 'STORED')
  const again = await authorize(transaction_id)
  t.match(await api(`PUT /v1/payments/${transaction_id}`, (await tokenOf(broker, again)).token), {
    status: 200,
  })
})

async function clientToken(): Promise<string> {
  return (await call(broker, 'POST /v1/client-tokens', { body: { scope: WRITE } })).body.access_token
}

async function register(): Promise<string> {
  const { status, body } = await api('POST /v1/payments', await clientToken(), order)
  if (status !== 201) throw new Error(`not registered: ${status}`)
  return String(body.transactionId)
}

async function authorize(transaction_id: string): Promise<string> {
  const { id, url } = await start(broker, { scopes: SCOPES, transaction_id })
  await createBrowser().consent(url, { iban: DEBTOR })
  return id
}

/** Calls the bank's API as a service does that was handed a token. */
async function api(operation: string, token: string, order?: object) {
  const [method = '', path = ''] = operation.split(' ')
  const headers = { authorization: `Bearer ${token}`, 'api-key': 'practice-api-key' }
  const sent = order === undefined ? {} : { body: JSON.stringify(order) }
  const type = order === undefined ? {} : { 'content-type': 'application/json' }
  const response = await fetch(`${bankUrl}${path}`, { method, headers: { ...headers, ...type }, ...sent })
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}
