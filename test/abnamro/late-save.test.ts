import t from 'tap'
import { EXCHANGE, eventsOf, headingOf, statusOf, tokenOf, walkRenewal } from '../flow/helpers.ts'
import { start } from '../support/authorize.ts'
import { createWorld } from '../support/broker.ts'
import { createBrowser } from '../support/browser.ts'
import { getConsent } from '../support/consents.ts'
import { createGate } from '../support/gate.ts'
import { startLossyProxy } from '../support/lossy-proxy.ts'
import { waitFor } from '../support/wait-for.ts'
import { bankAnswers } from './support/bank-answers.ts'
import { startRevocationEndpoint } from './support/revocation-endpoint.ts'

const world = await createWorld(t)
const { bank } = world
const endpoint = await startRevocationEndpoint(t, bank)
const broker = await world.startBroker({ BANK_REVOCATION_ENDPOINT: endpoint.url })
const proxy = await startLossyProxy(t, world.databaseUrl)
const cutOff = await world.startBroker({
  ...broker.env,
  DATABASE_URL: proxy.url,
  PUBLIC_PORT: '0',
  REFRESHER: 'off',
  TOKEN_CACHE: 'off',
  BANK_TIMEOUT: '200ms',
  SALVAGE_WAIT: '1s',
})

t.test(
  'a pair saved by a commit nobody acknowledged is not revoked when its save is tried again',
  async (t) => {
    const { id, url } = await start(broker)
    const browser = createBrowser()
    const callbackUrl = (await browser.walk(url)).replace(broker.publicUrl, cutOff.publicUrl)
    const gate = createGate()
    const answer = bank.faults.add({
      ...EXCHANGE,
      when: 'after',
      action: { kind: 'wait', until: gate.opened },
    })
    t.equal(headingOf(await browser.open(callbackUrl)), 'One moment, please')
    await waitFor('the exchange', () => answer.struck === 1)
    proxy.loseAnswerTo('commit', 'refuse')
    gate.open()
    await proxy.lost()
    await waitFor('the commit', async () => (await statusOf(broker, id)) === 'active')

    bank.faults.add({ endpoint: 'consentinfo', action: { kind: 'status', status: 503 } })
    t.equal(headingOf(await walkRenewal(broker, id)), 'One moment, please', 'a renewal has begun its chain')
    proxy.accept()
    await waitFor('the account, by the second try', async () => (await getConsent(broker, id)).account)
    const { token } = await tokenOf(broker, id)
    t.equal(await bankAnswers(world, token), 200, 'the pair in use lives')
    t.equal(endpoint.received.length, 0)
    t.notOk((await eventsOf(broker, id)).includes('consent.renewed'))
  },
)
