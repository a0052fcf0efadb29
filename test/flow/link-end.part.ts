import { activate, renew, start } from '../support/authorize.ts'
import { createWorld } from '../support/broker.ts'
import { createBrowser } from '../support/browser.ts'
import { t } from '../support/parts.ts'
import { connectSql } from '../support/sql.ts'
import { waitFor } from '../support/wait-for.ts'
import { eventsOf, headingOf, statusOf, tokenOf } from './helpers.ts'

const LINK_MS = 600_000

const world = await createWorld(t, { env: { AUTHORIZATION_EXPIRES_AFTER: `${LINK_MS}ms` } })
const broker = await world.startBroker()
const sql = connectSql(t, world.databaseUrl)

t.test('a consent whose customer never comes is abandoned when its link ends', async (t) => {
  const hasty = await world.startBroker({ AUTHORIZATION_EXPIRES_AFTER: '100ms', PUBLIC_PORT: '0' })
  const { id, url } = await start(hasty)
  const linkEnded = waitFor('the link to end', async () => {
    const page = await createBrowser().open(url)
    return page.status === 410 ? page : null
  })
  t.equal(headingOf(await linkEnded), 'This link no longer works')
  // Those looks were attempts, of a broker that gives them ten minutes.
  await sql('update authorizations set abandon_at = expires_at where consent_id = $1', [id])
  await keepHouseUntil(id, 'abandoned')
  t.strictSame(await eventsOf(broker, id), ['consent.started', 'consent.abandoned'])
  t.match(await tokenOf(broker, id), { status: 410, code: 'consent_abandoned' })
  t.equal(headingOf(await createBrowser('nl').open(url)), 'Deze link werkt niet meer')
})

t.test('who was at the bank when the link ended may still finish', async (t) => {
  const { id, url } = await start(broker)
  const browser = createBrowser()
  const callbackUrl = await browser.walk(url)
  await sql(`update authorizations set expires_at = now(), abandon_at = now() + interval '1 minute'
    where consent_id = '${id}'`)
  t.equal(headingOf(await createBrowser().open(url)), 'This link no longer works', 'nobody else may begin')
  await broker.broker.keepHouse()
  t.equal(headingOf(await browser.open(callbackUrl)), 'You have given permission')
  t.equal(await statusOf(broker, id), 'active')
})

t.test('an attempt lengthens the time by its own, and no more', async (t) => {
  const { id, url } = await start(broker)
  const before = Date.now()
  await createBrowser().open(url)
  const [row] = await sql('select abandon_at from authorizations where consent_id = $1', [id])
  const lifeMs = row.abandon_at.getTime() - before
  t.ok(lifeMs >= LINK_MS && lifeMs <= LINK_MS + Date.now() - before, `${lifeMs} ms`)
})

t.test('who comes back after that has come too late', async (t) => {
  const { id, url } = await start(broker)
  const browser = createBrowser()
  const callbackUrl = await browser.walk(url)
  const codesBefore = world.bank.ledger.codes().length
  await moveBack(id, 3_600_000)
  t.match(await ended(browser, callbackUrl), [410, 'This link no longer works'], 'before it is written down')
  await keepHouseUntil(id, 'abandoned')
  t.match(await ended(browser, callbackUrl), [410, 'This link no longer works'], 'and after')
  t.equal(world.bank.ledger.codes().length, codesBefore)
})

t.test('a renewal nobody comes for leaves its consent as it is', async (t) => {
  const id = await activate(broker)
  await renew(broker, id)
  await moveBack(id, 3_600_000)
  await waitFor('the renewal to be abandoned', async () => {
    await broker.broker.keepHouse()
    return (await eventsOf(broker, id)).includes('renewal.abandoned')
  })
  t.equal(await statusOf(broker, id), 'active')
  t.equal((await tokenOf(broker, id)).status, 200)
})

async function ended(browser: ReturnType<typeof createBrowser>, url: string): Promise<[number, string]> {
  const page = await browser.open(url)
  return [page.status, headingOf(page)]
}

/** The authorization's clock, rather than a wait. */
async function moveBack(id: string, ms: number): Promise<void> {
  const by = `interval '${ms} milliseconds'`
  await sql(`update authorizations set expires_at = expires_at - ${by}, abandon_at = abandon_at - ${by}
    where consent_id = '${id}' and status = 'open'`)
}

async function keepHouseUntil(id: string, status: string): Promise<void> {
  await waitFor(status, async () => {
    await broker.broker.keepHouse()
    return (await statusOf(broker, id)) === status
  })
}
