import { ACCOUNTS, activate, renew, walk } from '../support/authorize.ts'
import { createWorld } from '../support/broker.ts'
import { createBrowser } from '../support/browser.ts'
import { getConsent } from '../support/consents.ts'
import { createGate } from '../support/gate.ts'
import { t } from '../support/parts.ts'
import { connectSql } from '../support/sql.ts'
import { waitFor } from '../support/wait-for.ts'
import { chainOf, eventsOf, headingOf, statusOf, tokenOf, walkRenewal } from './helpers.ts'

const world = await createWorld(t)
const { bank } = world
const broker = await world.startBroker()
const sql = connectSql(t, world.databaseUrl)
const NO_INFO = { endpoint: 'consentinfo', action: { kind: 'status', status: 503 } } as const

t.beforeEach(() => bank.faults.clear())

/** Lets the next check of staged pairs fall due, again and again, until something came of it. */
async function checkUntil(what: string, probe: () => Promise<boolean>): Promise<void> {
  await waitFor(what, async () => {
    await sql("update staged_tokens set check_after = now() - interval '1 second'")
    await broker.broker.keepHouse()
    return probe()
  })
}

async function stagedOf(id: string): Promise<number[]> {
  const rows = await sql('select chain from staged_tokens where consent_id = $1 order by chain', [id])
  return rows.map(({ chain }) => chain)
}

const lastEvent = async (id: string) => (await eventsOf(broker, id)).at(-1)

t.test('an account that is not learned at once is learned later; the old tokens go on', async (t) => {
  const id = await activate(broker)
  const { token } = await tokenOf(broker, id)
  bank.faults.add({ ...NO_INFO, times: 2 })
  const { url } = await renew(broker, id)
  const browser = createBrowser()
  const callbackUrl = await browser.walk(url, { iban: ACCOUNTS[0] })
  t.equal(headingOf(await browser.open(callbackUrl)), 'One moment, please')
  t.strictSame(await stagedOf(id), [2])
  t.equal((await tokenOf(broker, id)).token, token)
  await sql(`update authorizations set exchange_started_at = now() - interval '5 minutes'
    where consent_id = '${id}' and status = 'exchanging'`)
  await checkUntil('the renewal', async () => (await lastEvent(id)) === 'consent.renewed')
  t.equal(headingOf(await browser.open(callbackUrl)), 'You have given permission')
  t.strictSame([await chainOf(sql, id), await stagedOf(id)], [2, []])
  await waitFor('the new token', async () => (await tokenOf(broker, id)).token !== token)
})

t.test('one that is not learned in the end is account_unverified, and nothing changes', async (t) => {
  const id = await activate(broker)
  const before = await getConsent(broker, id)
  bank.faults.add({ ...NO_INFO, times: null })
  const { url } = await renew(broker, id)
  await createBrowser().consent(url, { iban: ACCOUNTS[0] })
  await checkUntil('a check in vain', async () => true)
  t.strictSame(await stagedOf(id), [2], 'kept as long as its token lives')
  await sql("update staged_tokens set access_expires_at = now() - interval '1 second'")
  await checkUntil('the refusal', async () => (await lastEvent(id)) === 'renewal.refused account_unverified')
  t.strictSame([await stagedOf(id), await chainOf(sql, id)], [[], 1])
  t.strictSame(await getConsent(broker, id), before)
  t.equal(headingOf(await createBrowser().open(url)), 'It did not work')
})

t.test('a Consent Info without an account is not an account', async (t) => {
  const id = await activate(broker)
  bank.faults.add({ endpoint: 'consentinfo', when: 'after', action: { kind: 'edit', omit: ['iban'] } })
  t.equal(headingOf(await walkRenewal(broker, id)), 'One moment, please')
  await checkUntil('the renewal', async () => (await lastEvent(id)) === 'consent.renewed')
})

for (const [order, olderFirst] of [
  ['the older first', true],
  ['the newer first', false],
] as const) {
  t.test(`of two renewals at once, ${order}, the newer chain wins`, async (t) => {
    const id = await activate(broker)
    bank.faults.add({ ...NO_INFO, times: olderFirst ? 2 : 1 })
    await walkRenewal(broker, id)
    await walkRenewal(broker, id)
    if (olderFirst) {
      t.strictSame(await stagedOf(id), [2, 3])
      await sql("update staged_tokens set check_after = now() + interval '1 hour' where chain = 3")
      await sql("update staged_tokens set check_after = now() - interval '1 second' where chain = 2")
      await waitFor('the older', async () => {
        await broker.broker.keepHouse()
        return (await chainOf(sql, id)) === 2
      })
    } else {
      t.strictSame([await chainOf(sql, id), await stagedOf(id)], [3, [2]])
    }
    await checkUntil('the rest', async () => (await stagedOf(id)).length === 0)
    t.equal(await chainOf(sql, id), 3)
    t.equal(await statusOf(broker, id), 'active')
    t.equal((await tokenOf(broker, id)).status, 200)
    const statuses = await sql('select status from authorizations where consent_id = $1', [id])
    t.strictSame(statuses, [{ status: 'completed' }, { status: 'completed' }, { status: 'completed' }])
  })
}

t.test('what several replicas check at once is adopted once', async (t) => {
  const second = await world.startBroker({ PUBLIC_PORT: '0' })
  const id = await activate(broker)
  bank.faults.add(NO_INFO)
  await walkRenewal(broker, id)
  await sql("update staged_tokens set check_after = now() - interval '1 second'")
  await Promise.all([broker.broker.keepHouse(), second.broker.keepHouse(), broker.broker.keepHouse()])
  await waitFor('the renewal', async () => (await lastEvent(id)) === 'consent.renewed')
  t.equal((await eventsOf(broker, id)).filter((type) => type === 'consent.renewed').length, 1)
  t.equal(await statusOf(broker, id), 'active')
})

t.test('a staged pair that nobody can open ends with its access token', async (t) => {
  const id = await activate(broker)
  bank.faults.add(NO_INFO)
  await walkRenewal(broker, id)
  await sql(
    "update staged_tokens set access_token = 'garbage', access_expires_at = now() where consent_id = $1",
    [id],
  )
  await checkUntil('the refusal', async () => (await lastEvent(id)) === 'renewal.refused account_unverified')
  t.equal(await statusOf(broker, id), 'active')
})

t.test('who learns too late that there is no account does not undo what another adopted', async (t) => {
  const second = await world.startBroker({ PUBLIC_PORT: '0' })
  const id = await activate(broker)
  bank.faults.add(NO_INFO)
  await walkRenewal(broker, id)
  await sql("update staged_tokens set access_expires_at = now() - interval '1 second'")
  const gate = createGate()
  const slow = bank.faults.add({ endpoint: 'consentinfo', action: { kind: 'wait', until: gate.opened } })
  const late = checkUntil('the slow check', async () => slow.struck === 1)
  await waitFor('the slow check', () => slow.struck === 1)
  await sql("update staged_tokens set check_after = now() - interval '1 second'")
  await second.broker.keepHouse()
  await waitFor('the renewal', async () => (await lastEvent(id)) === 'consent.renewed')
  const nothingTold = bank.faults.add({ ...NO_INFO, when: 'after' })
  gate.open()
  await late
  t.equal(nothingTold.struck, 1, 'the slow one was told no account')
  t.equal(await lastEvent(id), 'consent.renewed')
  const statuses = await sql('select status, outcome from authorizations where consent_id = $1', [id])
  t.strictSame(statuses, [
    { status: 'completed', outcome: null },
    { status: 'completed', outcome: null },
  ])
})

t.test("a first authorization's account is asked for until the bank tells", async (t) => {
  bank.faults.add({ ...NO_INFO, times: 2 })
  const { id, page } = await walk(broker)
  t.equal(headingOf(page), 'You have given permission')
  t.equal((await tokenOf(broker, id)).status, 200, 'tokens do not wait for it')
  await waitFor('the account', async () => (await getConsent(broker, id)).account === 'NL12ABNA******6523')
})
