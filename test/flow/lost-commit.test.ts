import t from 'tap'
import { start } from '../support/authorize.ts'
import { createWorld } from '../support/broker.ts'
import { createBrowser } from '../support/browser.ts'
import { getConsent } from '../support/consents.ts'
import { startLossyProxy } from '../support/lossy-proxy.ts'
import { createTestDatabase } from '../support/postgres.ts'
import { waitFor } from '../support/wait-for.ts'
import { headingOf, statusOf, tokenOf } from './helpers.ts'

const { url: databaseUrl } = await createTestDatabase(t)
const proxy = await startLossyProxy(t, databaseUrl)
const world = await createWorld(t, { databaseUrl: proxy.url })
const broker = await world.startBroker()

for (const andThen of [undefined, 'refuse'] as const) {
  const meanwhile = andThen === undefined ? '' : ', and the database is away for a while'
  t.test(`a callback whose commit was not acknowledged is exchanged all the same${meanwhile}`, async (t) => {
    const { id, url } = await start(broker)
    const browser = createBrowser()
    const callbackUrl = await browser.walk(url)
    const codesBefore = world.bank.ledger.codes().length
    proxy.loseAnswerTo('commit', andThen)
    const page = await browser.open(callbackUrl)
    await proxy.lost()
    t.equal(headingOf(page), 'We cannot be reached right now')
    proxy.accept()
    await waitFor('the consent', async () => (await statusOf(broker, id)) === 'active')
    t.equal(headingOf(await browser.open(callbackUrl)), 'You have given permission')
    t.equal((await tokenOf(broker, id)).status, 200)
    t.equal(world.bank.ledger.codes().length, codesBefore + 1, 'the code was sent once')
    // Its commit must not be the one that the next test loses.
    await waitFor('the account', async () => (await getConsent(broker, id)).account)
  })
}
