import type { Test } from 'tap'
import type { FaultRule } from '../../src/practice-bank/index.ts'
import { ACCOUNTS, activate, renew, start } from '../support/authorize.ts'
import { createWorld } from '../support/broker.ts'
import { createBrowser } from '../support/browser.ts'
import { getConsent } from '../support/consents.ts'
import { startMain } from '../support/main-process.ts'
import { t } from '../support/parts.ts'
import { connectSql } from '../support/sql.ts'
import { waitFor } from '../support/wait-for.ts'
import { chainOf, EXCHANGE, eventsOf, headingOf, statusOf, tokenOf } from './helpers.ts'

const world = await createWorld(t)
const { bank } = world
const sql = connectSql(t, world.databaseUrl)
const survivor = await world.startBroker()

const MOMENTS: [string, FaultRule['when']][] = [
  ['before the bank has answered', 'before'],
  ['after the bank has answered', 'after'],
]
for (const [moment, when = 'before'] of MOMENTS) {
  t.test(`a process that dies ${moment} loses the exchange`, async (t) => {
    const { id, url } = await start(survivor)
    const codesBefore = bank.ledger.codes().length
    const { browser, callbackUrl } = await dieOnTheWayBack(t, url, {
      ...EXCHANGE,
      when,
      action: { kind: 'hang' },
    })
    t.equal(headingOf(await browser.open(callbackUrl)), 'One moment, please')
    await survivor.broker.keepHouse()
    t.equal(await statusOf(survivor, id), 'pending', 'within the 60 seconds nobody judges')
    await endCode(id)
    await survivor.broker.keepHouse()
    t.equal(await statusOf(survivor, id), 'failed/exchange_lost')
    t.equal((await eventsOf(survivor, id)).at(-1), 'consent.failed exchange_lost')
    t.equal(headingOf(await browser.open(callbackUrl)), 'It did not work')
    t.equal(headingOf(await browser.open(url)), 'It did not work')
    t.equal(bank.ledger.codes().length - codesBefore, when === 'after' ? 1 : 0, 'the code was not sent again')
  })
}

t.test("a staged pair of a process that died is another's to adopt", async (t) => {
  const id = await activate(survivor)
  const { expires_at: endBefore } = await getConsent(survivor, id)
  const { url } = await renew(survivor, id)
  await dieOnTheWayBack(t, url, { endpoint: 'consentinfo', action: { kind: 'hang' } })
  t.equal((await tokenOf(survivor, id)).status, 200)
  t.equal((await sql('select 1 from staged_tokens where consent_id = $1', [id])).length, 1)
  await endCode(id)
  await sql("update staged_tokens set check_after = now() - interval '1 second' where consent_id = $1", [id])
  await waitFor('the renewal', async () => {
    await survivor.broker.keepHouse()
    return (await eventsOf(survivor, id)).at(-1) === 'consent.renewed'
  })
  t.ok((await getConsent(survivor, id)).expires_at > endBefore)
  t.equal((await sql('select 1 from staged_tokens where consent_id = $1', [id])).length, 0)
  t.equal(await chainOf(sql, id), 2)
})

t.test('a late good answer wins over exchange_lost', async (t) => {
  const hasty = await world.startBroker({ BANK_TIMEOUT: '50ms', PUBLIC_PORT: '0' })
  const { id, url } = await start(hasty)
  const browser = createBrowser()
  const callbackUrl = (await browser.walk(url)).replace(survivor.publicUrl, hasty.publicUrl)
  bank.faults.add({ ...EXCHANGE, when: 'after', action: { kind: 'delay', delayMs: 1_500 } })
  t.equal(headingOf(await browser.open(callbackUrl)), 'One moment, please')
  await endCode(id)
  await survivor.broker.keepHouse()
  t.equal(await statusOf(survivor, id), 'failed/exchange_lost')
  await waitFor('the answer', async () => (await statusOf(survivor, id)) === 'active')
  t.equal(headingOf(await browser.open(callbackUrl)), 'You have given permission')
  t.strictSame((await eventsOf(survivor, id)).slice(-2), [
    'consent.failed exchange_lost',
    'consent.activated',
  ])
  t.equal((await tokenOf(survivor, id)).status, 200)
})

/** Sends a customer back to a broker that dies while the fault holds what it asks of the bank. */
async function dieOnTheWayBack(t: Test, url: string, rule: FaultRule) {
  const doomed = startMain(t, { ...world.env, PUBLIC_PORT: '0' })
  const { publicUrl } = await doomed.untilReady()
  const browser = createBrowser()
  const callbackUrl = await browser.walk(url, { iban: ACCOUNTS[0] })
  const fault = bank.faults.add(rule)
  const cut = browser.open(callbackUrl.replace(survivor.publicUrl, publicUrl)).catch(() => 'cut off')
  await waitFor('the bank to be asked', () => fault.struck === 1)
  await doomed.kill()
  t.equal(await cut, 'cut off')
  return { browser, callbackUrl }
}

/** Moves the start of an exchange back beyond the 60 seconds a code lives, rather than wait. */
async function endCode(id: string): Promise<void> {
  await sql(`update authorizations set exchange_started_at = exchange_started_at - interval '61 seconds'
    where consent_id = '${id}' and status = 'exchanging'`)
}
