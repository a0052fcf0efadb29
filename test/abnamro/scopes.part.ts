import { fingerprint } from '../api/support/consents.ts'
import { statusOf, tokenOf } from '../flow/helpers.ts'
import { call } from '../support/api.ts'
import { ACCOUNTS, start } from '../support/authorize.ts'
import { createWorld } from '../support/broker.ts'
import { createBrowser } from '../support/browser.ts'
import { getConsent, getToken } from '../support/consents.ts'
import { t } from '../support/parts.ts'
import {
  balance,
  batchCredit,
  batchDebit,
  details,
  funds,
  sepaRead,
  sepaWrite,
  standing,
  standingDelete,
  transactions,
  xborder,
} from '../support/scopes.ts'
import { connectSql } from '../support/sql.ts'

const world = await createWorld(t)
const broker = await world.startBroker()
const sql = connectSql(t, world.databaseUrl)

const PAYMENT = 'payment-1'

const GRANTED: [scopes: string[], transactionId: string | null][] = [
  [[details], null],
  [[balance], null],
  [[transactions], null],
  [[funds], null],
  [[sepaWrite], PAYMENT],
  [[sepaRead], PAYMENT],
  [[xborder], PAYMENT],
  [[standing], PAYMENT],
  [[standingDelete], PAYMENT],
  [[batchCredit], null],
  [[batchDebit], null],
  [[details, balance, transactions], null],
  [[sepaWrite, sepaRead], PAYMENT],
]

for (const [scopes, transaction_id] of GRANTED) {
  t.test(`${scopes.join(' ')}: consent, token, refresh`, async (t) => {
    const { id, url } = await start(broker, {
      scopes,
      ...(transaction_id === null ? {} : { transaction_id }),
    })
    const browser = createBrowser()
    const asked = new URL((await browser.open(url)).location ?? '').searchParams
    t.match(Object.fromEntries(asked), { flow: 'code', scope: scopes.join(' '), response_type: 'code' })
    t.equal(asked.get('transactionId'), transaction_id)
    t.equal(asked.get('bank'), null, 'the bank takes its own default')
    t.equal((await browser.consent(url, { iban: ACCOUNTS[0] })).status, 200)
    t.equal(await statusOf(broker, id), 'active')
    t.match(await getConsent(broker, id), { scopes, requested_scopes: scopes })
    const first = await getToken(broker, id)
    t.equal(first.body.scope, scopes.join(' '))
    const second = await getToken(broker, id, { rejected_token: first.body.access_token })
    t.not(second.body.access_token, first.body.access_token)
    t.equal(await scopesAtTheBank(second.body.access_token), scopes.join(' '), 'refreshing narrows nothing')
  })
}

t.test('a brand of the bank is passed on', async (t) => {
  for (const bank_brand of ['NLAA01', 'BEPB01', 'BEPB02']) {
    const { url } = await start(broker, { bank_brand })
    const asked = new URL((await createBrowser().open(url)).location ?? '').searchParams
    t.equal(asked.get('bank'), bank_brand)
  }
})

const BROKEN: [what: string, body: object, field: string, says: RegExp][] = [
  [
    'account with payment',
    { scopes: [balance, sepaRead], transaction_id: PAYMENT },
    'scopes',
    /account and payment scopes cannot be combined/,
  ],
  [
    'funds with payment',
    { scopes: [funds, sepaRead], transaction_id: PAYMENT },
    'scopes',
    /account and payment scopes cannot be combined/,
  ],
  [
    'funds with account information',
    { scopes: [funds, balance] },
    'scopes',
    /confirmation of funds and account information cannot be combined/,
  ],
  [
    'two writes of two products',
    { scopes: [sepaWrite, xborder], transaction_id: PAYMENT },
    'scopes',
    /one write a consent/,
  ],
  ['both batch writes', { scopes: [batchCredit, batchDebit] }, 'scopes', /one write a consent/],
  [
    'a read and a write of two products',
    { scopes: [sepaRead, xborder], transaction_id: PAYMENT },
    'scopes',
    /SEPA payments and cross-border payments cannot be combined/,
  ],
  [
    'delete with a write',
    { scopes: [standing, standingDelete], transaction_id: PAYMENT },
    'scopes',
    /cannot be combined with any other scope/,
  ],
  [
    'delete with a read',
    { scopes: [standingDelete, sepaRead], transaction_id: PAYMENT },
    'scopes',
    /cannot be combined with any other scope/,
  ],
  [
    'one that the bank has not',
    { scopes: [balance, 'psd2:account:everything'] },
    'scopes',
    /"psd2:account:everything" is not a scope of this bank/,
  ],
  ['one without its prefix', { scopes: ['account:balance:read'] }, 'scopes', /is not a scope of this bank/],
  ['one twice', { scopes: [balance, balance] }, 'scopes', /duplicate/],
  ['none', { scopes: [] }, 'scopes', /fewer than 1 items/],
  ['no list', {}, 'scopes', /is missing/],
  [
    'a payment that is not named',
    { scopes: [sepaWrite, sepaRead] },
    'transaction_id',
    /sepa:write needs the id of the registered payment/,
  ],
  [
    'a payment to delete that is not named',
    { scopes: [standingDelete] },
    'transaction_id',
    /needs the id of the registered payment/,
  ],
  [
    'an account with a payment',
    { scopes: [balance], transaction_id: PAYMENT },
    'transaction_id',
    /takes no transaction id/,
  ],
  [
    'a batch with a payment',
    { scopes: [batchDebit], transaction_id: PAYMENT },
    'transaction_id',
    /takes no transaction id/,
  ],
  ['a blank payment', { scopes: [sepaWrite], transaction_id: ' ' }, 'transaction_id', /match pattern/],
  ['an empty payment', { scopes: [sepaWrite], transaction_id: '' }, 'transaction_id', /fewer than 1/],
  ['a brand of nobody', { scopes: [balance], bank_brand: 'NLAA02' }, 'bank_brand', /NLAA01, BEPB01, BEPB02/],
]

const chain = { refresh_token: 'x', expires_at: new Date(Date.now() + 86_400_000).toISOString() }

for (const [route, as, more] of [
  ['POST /v1/consents', 'ledger', {}],
  ['POST /v1/consents/import', 'ops', chain],
] as const) {
  t.test(`${route} says which rule is broken`, async (t) => {
    const before = await fingerprint(sql)
    for (const [what, body, field, detail] of BROKEN) {
      const answer = await call(broker, route, { as, body: { ...more, ...body } })
      t.match(answer, { status: 400, body: { code: 'invalid_request', field, detail } }, what)
    }
    t.equal(await fingerprint(sql), before, 'nothing is stored')
  })
}

t.test('what a customer grants is no scope of a client token', async (t) => {
  for (const scope of [
    details,
    balance,
    transactions,
    funds,
    sepaRead,
    standingDelete,
    batchCredit,
    batchDebit,
    `${sepaWrite} ${sepaRead}`,
  ]) {
    const detail = /is granted by a customer, not to the client itself/
    t.match(
      await clientToken(scope),
      { status: 400, body: { code: 'invalid_request', field: 'scope', detail } },
      scope,
    )
  }
  for (const [scope, detail] of [
    [`${sepaWrite} ${sepaWrite}`, /twice/],
    ['payment:sepa:write', /is not a scope of this bank/],
    [`${sepaWrite},${xborder}`, /is not a scope of this bank/],
  ] as const) {
    t.match(await clientToken(scope), { status: 400, body: { field: 'scope', detail } }, scope)
  }
  for (const scope of [sepaWrite, xborder, standing]) {
    t.match(await clientToken(scope), { status: 200, body: { scope } })
  }
})

t.test('a consent that was never granted has no token', async (t) => {
  const { id } = await start(broker, { scopes: [batchCredit] })
  t.match(await tokenOf(broker, id), { status: 409, code: 'consent_pending' })
})

function clientToken(scope: string) {
  return call(broker, 'POST /v1/client-tokens', { body: { scope } })
}

async function scopesAtTheBank(token: string): Promise<string> {
  const headers = { authorization: `Bearer ${token}`, 'api-key': 'practice-api-key' }
  const info = await fetch(`${world.bankUrl}/v1/consentinfo`, { headers })
  const { scopes } = (await info.json()) as { scopes: string }
  // For payments the bank leaves the prefix out (ABNAMRO.md section 5).
  return scopes.replaceAll(/(?<!\S)payment:/g, 'psd2:payment:')
}
