import { systemClock } from '../../src/clock.ts'
import { migrateToLatest } from '../../src/store/migrate.ts'
import { call } from '../support/api.ts'
import { ACCOUNTS, activate, renew, SCOPES, start } from '../support/authorize.ts'
import { createWorld } from '../support/broker.ts'
import { createBrowser } from '../support/browser.ts'
import { getConsent } from '../support/consents.ts'
import { t } from '../support/parts.ts'
import { startPrivateServer } from '../support/postgres.ts'
import { waitFor } from '../support/wait-for.ts'
import { headingOf, RETURN_URL, statusOf, tokenOf } from './helpers.ts'

const postgres = await startPrivateServer(t)
await migrateToLatest(postgres.url)
const world = await createWorld(t, { databaseUrl: postgres.url, env: { BANK_TIMEOUT: '300ms' } })
const { bank } = world
const broker = await world.startBroker({}, { ...systemClock, chance: () => 0 })

/** Opens the callback; the database ends while the bank holds its answer, and comes back later. */
async function comeBackWithoutDatabase(browser: ReturnType<typeof createBrowser>, callbackUrl: string) {
  const fault = bank.faults.add({
    endpoint: 'token',
    grantType: 'authorization_code',
    when: 'after',
    action: { kind: 'delay', delayMs: 700 },
  })
  const shown = browser.open(callbackUrl)
  await waitFor('the bank to hold its answer', () => fault.struck === 1)
  await postgres.stop('immediate')
  return shown
}

async function untilSaveFailed(): Promise<void> {
  const seen = broker.logged.length
  await waitFor('a save that fails', () =>
    broker.logged.slice(seen).some((line) => line.includes('an answer of the bank is not saved yet')),
  )
}

t.test('an answer the database could not take is saved when it is back', async (t) => {
  const { id, url } = await start(broker)
  const browser = createBrowser()
  const callbackUrl = await browser.walk(url)
  const page = await comeBackWithoutDatabase(browser, callbackUrl)
  t.match([page.status, headingOf(page)], [503, 'We cannot be reached right now'])
  await untilSaveFailed()
  await postgres.start()
  await waitFor('the answer to be saved', async () => (await statusOf(broker, id)) === 'active')
  t.equal(headingOf(await browser.open(callbackUrl)), 'You have given permission')
  t.equal((await tokenOf(broker, id)).status, 200)
  t.equal(bank.ledger.codes().length, 1)
})

t.test("a renewal's answer too", async (t) => {
  const id = await activate(broker)
  const { expires_at: endBefore } = await getConsent(broker, id)
  const browser = createBrowser()
  const callbackUrl = await browser.walk((await renew(broker, id)).url, { iban: ACCOUNTS[0] })
  await comeBackWithoutDatabase(browser, callbackUrl)
  await untilSaveFailed()
  await postgres.start()
  await waitFor('the renewal', async () => (await getConsent(broker, id)).expires_at > endBefore)
  t.equal((await tokenOf(broker, id)).status, 200)
})

t.test('without a database nobody is lost: the customer and the caller may try again', async (t) => {
  const { id, url } = await start(broker, { return_url: RETURN_URL })
  const browser = createBrowser()
  const callbackUrl = await browser.walk(url)
  await postgres.stop('immediate')
  for (const place of [url, callbackUrl]) {
    const page = await browser.open(place)
    t.match([page.status, headingOf(page)], [503, 'We cannot be reached right now'])
    t.match(page.headers.get('retry-after'), /^\d+$/)
  }
  const answer = await call(broker, 'POST /v1/consents', { body: { scopes: SCOPES } })
  t.match([answer.status, answer.body.code], [503, 'storage_unavailable'])
  await postgres.start()
  await waitFor('the result', async () => (await browser.open(callbackUrl)).status === 302)
  t.equal(await statusOf(broker, id), 'active')
})
