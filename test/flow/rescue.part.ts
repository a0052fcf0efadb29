import { call } from '../support/api.ts'
import { ACCOUNTS, activate, renew, start, walk } from '../support/authorize.ts'
import { createWorld } from '../support/broker.ts'
import { createBrowser } from '../support/browser.ts'
import { getConsent, getToken, importBody, untilStatus } from '../support/consents.ts'
import { createGate } from '../support/gate.ts'
import { t } from '../support/parts.ts'
import { connectSql } from '../support/sql.ts'
import { waitFor } from '../support/wait-for.ts'
import { EXCHANGE, headingOf, result } from './helpers.ts'

const world = await createWorld(t, { env: { BANK_TIMEOUT: '100ms' } })
const { bank } = world
const broker = await world.startBroker()
const sql = connectSql(t, world.databaseUrl)
const CONSENT_INFO = { endpoint: 'consentinfo', times: null } as const

t.beforeEach(() => bank.faults.clear())

/** Puts a living chain onto a consent. */
async function rescue(consentId: string, iban: string = ACCOUNTS[0]): Promise<void> {
  const grant = bank.startGrant({ iban, consentValidityMs: 80 * 86_400_000 })
  const body = importBody(grant, { consent_id: consentId })
  const { status, text } = await call(broker, 'POST /v1/consents/import', { as: 'ops', body })
  if (status !== 201) throw new Error(text)
}

/** A customer whose code the bank has, and who is shown that it takes a moment. */
async function exchanging() {
  const { id, url } = await start(broker)
  const browser = createBrowser()
  const callbackUrl = await browser.walk(url, { iban: ACCOUNTS[1] })
  const gate = createGate()
  const fault = bank.faults.add({ ...EXCHANGE, action: { kind: 'wait', until: gate.opened } })
  const shown = browser.open(callbackUrl)
  await waitFor('the exchange', () => fault.struck === 1)
  return { id, url, browser, callbackUrl, shown, gate }
}

t.test('a rescue in the middle of an exchange wins, and no later end of it undoes the rescue', async (t) => {
  const { id, browser, callbackUrl, shown, gate } = await exchanging()
  t.equal(headingOf(await shown), 'One moment, please')
  await call(broker, 'POST /v1/refresher/hold', { as: 'ops', body: { reason: 'a test' } })
  await rescue(id)
  await sql(
    `update authorizations set exchange_started_at = now() - interval '61 seconds' where consent_id = $1`,
    [id],
  )
  await broker.broker.keepHouse()
  t.match(await getConsent(broker, id), { status: 'pending' })
  await call(broker, 'POST /v1/refresher/resume', { as: 'ops' })
  await untilStatus(broker, id, 'active')
  gate.open()
  await waitFor('the late answer to be dropped', () =>
    broker.logged.some((line) => line.includes('answer dropped') && line.includes(id)),
  )
  t.match(await getConsent(broker, id), { status: 'active', status_reason: null })
  t.equal((await getToken(broker, id)).status, 200)
  t.equal(headingOf(await browser.open(callbackUrl)), 'This link no longer works')
})

t.test('the link of an authorization that a rescue overtook leads to no other account', async (t) => {
  const { id, url, callbackUrl, browser, shown, gate } = await exchanging()
  await shown
  await rescue(id)
  await untilStatus(broker, id, 'active')
  t.equal(headingOf(await createBrowser().open(url)), 'This link no longer works')
  gate.open()
  t.equal(headingOf(await result(() => browser.open(callbackUrl))), 'This link no longer works')
  t.match(await waitFor('the account', async () => (await getConsent(broker, id)).account), /^NL12/)
})

t.test('nor does that of a renewal, which a rescue overtook', async (t) => {
  const id = await activate(broker)
  const gate = createGate()
  bank.faults.add({ ...EXCHANGE, when: 'after', action: { kind: 'wait', until: gate.opened } })
  const browser = createBrowser()
  const callbackUrl = await browser.walk((await renew(broker, id)).url, { iban: ACCOUNTS[0] })
  t.equal(headingOf(await browser.open(callbackUrl)), 'One moment, please')
  await rescue(id)
  await untilStatus(broker, id, 'active')
  gate.open()
  await waitFor('the late answer to be dropped', () =>
    broker.logged.some((line) => line.includes('"result":"superseded"') && line.includes(id)),
  )
  t.equal(headingOf(await browser.open(callbackUrl)), 'This link no longer works')
})

t.test('a rescue goes on asking a bank that tells no account', async (t) => {
  const id = await activate(broker)
  const fault = bank.faults.add({
    ...CONSENT_INFO,
    times: 2,
    when: 'after',
    action: { kind: 'edit', omit: ['iban'] },
  })
  await rescue(id)
  await untilStatus(broker, id, 'active')
  t.equal(fault.struck, 2)
})

t.test('a renewal of the same moment that came to nothing does not hold up a rescue', async () => {
  const id = await activate(broker)
  await call(broker, 'POST /v1/refresher/hold', { as: 'ops', body: { reason: 'a test' } })
  await rescue(id)
  // As its callback does.
  await sql('update consents set chain = chain + 1 where id = $1', [id])
  await call(broker, 'POST /v1/refresher/resume', { as: 'ops' })
  await untilStatus(broker, id, 'active')
})

t.test('what the bank tells late of the chain before says nothing of the rescue', async (t) => {
  const silent = bank.faults.add({ ...CONSENT_INFO, action: { kind: 'status', status: 503 } })
  const { id } = await walk(broker)
  await call(broker, 'POST /v1/refresher/hold', { as: 'ops', body: { reason: 'a test' } })
  await rescue(id, ACCOUNTS[1])
  silent.remove()
  await waitFor('the account', async () => (await getConsent(broker, id)).account)
  t.match(await getConsent(broker, id), { status: 'pending', account: 'NL12ABNA******6523' })
  await call(broker, 'POST /v1/refresher/resume', { as: 'ops' })
  await untilStatus(broker, id, 'failed')
  t.match(await getConsent(broker, id), { status_reason: 'account_mismatch' })
})

t.test('a rescue whose replica ended before the bank told its account is checked by another', async (t) => {
  const id = await activate(broker)
  const doomed = await world.startBroker({ PUBLIC_PORT: '0' })
  const silent = bank.faults.add({ ...CONSENT_INFO, action: { kind: 'status', status: 503 } })
  await rescue(id)
  await waitFor('the first rotation', async () => {
    const [row] = await sql('select version from consent_tokens where consent_id = $1', [id])
    return row.version > 1
  })
  await Promise.all([broker.stop(), doomed.stop()])
  silent.remove()
  const survivor = await world.startBroker({ PUBLIC_PORT: '0' })
  await untilStatus(survivor, id, 'active')
  const [row] = await sql('select version from consent_tokens where consent_id = $1', [id])
  t.equal(row.version, 2, 'without another rotation')
})
