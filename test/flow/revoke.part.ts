import { call } from '../support/api.ts'
import { ACCOUNTS, activate, renew, start, walk } from '../support/authorize.ts'
import { createWorld } from '../support/broker.ts'
import { createBrowser } from '../support/browser.ts'
import { getConsent } from '../support/consents.ts'
import { createGate } from '../support/gate.ts'
import { t } from '../support/parts.ts'
import { connectSql } from '../support/sql.ts'
import { waitFor } from '../support/wait-for.ts'
import { EXCHANGE, eventsOf, headingOf, RETURN_URL, statusOf, tokenOf } from './helpers.ts'

const world = await createWorld(t, { env: { BANK_TIMEOUT: '100ms' } })
const { bank } = world
const broker = await world.startBroker()
const sql = connectSql(t, world.databaseUrl)

/** Has the bank process the next code, and keep its answer back until the gate opens. */
function holdAnswer() {
  const gate = createGate()
  const action = { kind: 'wait', until: gate.opened } as const
  return { gate, fault: bank.faults.add({ ...EXCHANGE, when: 'after', action }) }
}

async function revoke(id: string): Promise<number> {
  return (await call(broker, `DELETE /v1/consents/${id}`)).status
}

async function tokenRows(id: string): Promise<number> {
  const rows = await sql(
    `select 1 from consent_tokens where consent_id = $1
     union all select 1 from staged_tokens where consent_id = $1`,
    [id],
  )
  return rows.length
}

t.test('revoked before the customer came: the link has ended', async (t) => {
  const { id, url } = await start(broker)
  t.equal(await revoke(id), 204)
  const page = await createBrowser().open(url)
  t.match([page.status, headingOf(page)], [410, 'This link no longer works'])
  t.equal(await statusOf(broker, id), 'revoked')
  t.match(await tokenOf(broker, id), { status: 410, code: 'consent_revoked' })
})

t.test('revoked while the customer was at the bank: the code is not exchanged', async (t) => {
  const { id, url } = await start(broker, { return_url: RETURN_URL })
  const browser = createBrowser()
  const callbackUrl = await browser.walk(url)
  await revoke(id)
  const codesBefore = bank.ledger.codes().length
  for (const _ of [1, 2]) {
    const page = await browser.open(callbackUrl)
    t.match([page.status, headingOf(page)], [410, 'This link no longer works'])
  }
  t.equal(bank.ledger.codes().length, codesBefore)
})

t.test('revoked while the code was exchanged: no token is kept', async (t) => {
  const { gate, fault } = holdAnswer()
  const { id, browser, url, page } = await walk(broker)
  t.equal(headingOf(page), 'One moment, please')
  await waitFor('the exchange', () => fault.struck === 1)
  t.equal(await revoke(id), 204)
  gate.open()
  await waitFor('the answer to be dropped', () =>
    broker.logged.some((line) => line.includes('answer dropped') && line.includes(id)),
  )
  t.equal(await statusOf(broker, id), 'revoked')
  t.equal(await tokenRows(id), 0)
  t.strictSame(await eventsOf(broker, id), ['consent.started', 'authorization.received', 'consent.revoked'])
  t.equal(headingOf(await browser.open(url)), 'This link no longer works')
})

t.test('revoked while a renewal was exchanged: neither chain is kept', async (t) => {
  const id = await activate(broker)
  const { gate } = holdAnswer()
  const { url } = await renew(broker, id)
  t.equal(headingOf(await createBrowser().consent(url, { iban: ACCOUNTS[0] })), 'One moment, please')
  t.equal(await revoke(id), 204)
  gate.open()
  await waitFor('the answer to be dropped', () =>
    broker.logged.some((line) => line.includes('answer dropped') && line.includes(id)),
  )
  t.equal(await tokenRows(id), 0)
  t.equal(await statusOf(broker, id), 'revoked')
})

t.test('revoked while a renewal waited for its account: the staged pair goes too', async (t) => {
  const id = await activate(broker)
  bank.faults.add({ endpoint: 'consentinfo', action: { kind: 'status', status: 503 } })
  const { url } = await renew(broker, id)
  t.equal(headingOf(await createBrowser().consent(url, { iban: ACCOUNTS[0] })), 'One moment, please')
  await waitFor('the pair to be staged', async () => (await tokenRows(id)) === 2)
  await revoke(id)
  t.equal(await tokenRows(id), 0)
  t.equal(headingOf(await createBrowser().open(url)), 'This link no longer works')
})

t.test('after it was given: nobody is told any more that permission is given', async (t) => {
  const { id, browser, url } = await walk(broker)
  await revoke(id)
  t.equal(headingOf(await browser.open(url)), 'This link no longer works')
  t.equal(await tokenRows(id), 0)
})

t.test("revoking is idempotent, and the owner's alone", async (t) => {
  const id = await activate(broker)
  for (const as of ['other', 'reader', 'granted', 'ops'] as const) {
    const { status } = await call(broker, `DELETE /v1/consents/${id}`, { as })
    t.ok([403, 404].includes(status), `${as}: ${status}`)
  }
  t.equal(await statusOf(broker, id), 'active')
  t.strictSame([await revoke(id), await revoke(id)], [204, 204])
  t.equal((await eventsOf(broker, id)).filter((type) => type === 'consent.revoked').length, 1)
})

t.test('a callback and a revocation at once end in one of two ways', async (t) => {
  for (let round = 0; round < 8; round += 1) {
    const { id, url } = await start(broker)
    const browser = createBrowser()
    const callbackUrl = await browser.walk(url)
    const [page, status] = await Promise.all([browser.open(callbackUrl), revoke(id)])
    t.equal(status, 204, 'the revocation is never the victim of a deadlock')
    t.ok(page.status === 200 || page.status === 410, `${page.status} ${headingOf(page)}`)
    t.equal((await getConsent(broker, id)).status, 'revoked')
    t.equal(await tokenRows(id), 0)
  }
})

t.test('with a pair that nobody can open it is revoked all the same', async (t) => {
  const id = await activate(broker)
  await sql("update consent_tokens set refresh_token = 'garbage' where consent_id = $1", [id])
  t.equal(await revoke(id), 204)
  t.equal(await tokenRows(id), 0)
})
