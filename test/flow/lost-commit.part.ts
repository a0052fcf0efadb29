import { call } from '../support/api.ts'
import { activate, start } from '../support/authorize.ts'
import { createWorld } from '../support/broker.ts'
import { createBrowser } from '../support/browser.ts'
import { getConsent, getToken, importBody, untilStatus } from '../support/consents.ts'
import { startLossyProxy } from '../support/lossy-proxy.ts'
import { t } from '../support/parts.ts'
import { createTestDatabase } from '../support/postgres.ts'
import { waitFor } from '../support/wait-for.ts'
import { headingOf, statusOf, tokenOf } from './helpers.ts'

const { url: databaseUrl } = await createTestDatabase(t)
const proxy = await startLossyProxy(t, databaseUrl)
const { bank, startBroker } = await createWorld(t, { databaseUrl: proxy.url })
const broker = await startBroker()

/** A body to import a chain that lives at the bank. */
function newImport(more: object = {}) {
  const grant = bank.startGrant({ consentValidityMs: 80 * 86_400_000 })
  return { ...importBody(grant), owner: 'ledger', ...more }
}

const importing = (body: object) => call(broker, 'POST /v1/consents/import', { as: 'ops', body })

function presented({ refresh_token }: { refresh_token: string }): number {
  return bank.ledger.presentationsOf(refresh_token).length
}

for (const andThen of [undefined, 'refuse'] as const) {
  const meanwhile = andThen === undefined ? '' : ', and the database is away for a while'
  t.test(`a callback whose commit was not acknowledged is exchanged all the same${meanwhile}`, async (t) => {
    const { id, url } = await start(broker)
    const browser = createBrowser()
    const callbackUrl = await browser.walk(url)
    const codesBefore = bank.ledger.codes().length
    proxy.loseAnswerTo('commit', andThen)
    const page = await browser.open(callbackUrl)
    await proxy.lost()
    t.equal(headingOf(page), 'We cannot be reached right now')
    proxy.accept()
    await waitFor('the consent', async () => (await statusOf(broker, id)) === 'active')
    t.equal(headingOf(await browser.open(callbackUrl)), 'You have given permission')
    t.equal((await tokenOf(broker, id)).status, 200)
    t.equal(bank.ledger.codes().length, codesBefore + 1, 'the code was sent once')
    // Its commit must not be the one that the next test loses.
    await waitFor('the account', async () => (await getConsent(broker, id)).account)
  })
}

t.test(
  'an import that is sent again presents its token once, and answers with the same consent',
  async (t) => {
    const body = newImport()
    const answers = await Promise.all([importing(body), importing(body), importing(body)])
    t.strictSame(
      answers.map(({ status }) => status),
      [201, 201, 201],
    )
    const [id, ...others] = answers.map((answer) => answer.body.id)
    t.ok(others.every((other) => other === id))
    await untilStatus(broker, id, 'active')
    t.match(await importing(body), { status: 201, body: { id, status: 'active' } })
    t.equal((await getToken(broker, id)).status, 200)
    t.equal(presented(body), 1)
    // Its commit must not be the one that the next test loses.
    await waitFor('the account', async () => (await getConsent(broker, id)).account)
  },
)

t.test('so does one whose commit was not acknowledged', async (t) => {
  const body = newImport()
  proxy.loseAnswerTo('commit')
  const first = await importing(body)
  await proxy.lost()
  t.match(first, { status: 503, body: { code: 'storage_unavailable' } })
  const { status, body: consent } = await importing(body)
  t.equal(status, 201)
  await untilStatus(broker, consent.id, 'active')
  t.equal(presented(body), 1)
})

t.test('a rescue that is sent again leaves the chain it brought', async (t) => {
  const id = await activate(broker)
  const { owner: _, ...body } = newImport({ consent_id: id })
  t.equal((await importing(body)).status, 201)
  await untilStatus(broker, id, 'active')
  t.match(await importing(body), { status: 201, body: { id, status: 'active' } })
  t.equal(presented(body), 1)
})

t.test('for another consent it is refused, and that one left as it is', async (t) => {
  const body = newImport()
  const { id } = (await importing(body)).body
  const other = await activate(broker)
  const refused = { status: 400, body: { code: 'invalid_request', field: 'refresh_token' } }
  const { owner: _, ...chain } = body
  t.match(await importing({ ...chain, consent_id: other }), refused)
  t.match(await importing({ ...body, owner: 'other' }), refused)
  t.match(await getConsent(broker, other), { status: 'active' })
  await untilStatus(broker, id, 'active')
  t.equal(presented(body), 1)
})
