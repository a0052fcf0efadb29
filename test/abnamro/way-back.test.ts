import t from 'tap'
import { rawRequest, sendRaw } from '../api/support/raw.ts'
import { statusOf } from '../flow/helpers.ts'
import { start } from '../support/authorize.ts'
import { createWorld } from '../support/broker.ts'
import { createBrowser } from '../support/browser.ts'

const world = await createWorld(t)
const broker = await world.startBroker()

/** The bank's redirects, as it writes them: the state is ours. */
const ENDINGS: [error: string, status: string, tail: string][] = [
  [
    'error_description=Unexpected+Runtime+Authn+Adapter+Integration+Problem.&error=server_error',
    'rejected/cancelled_by_customer',
    '#',
  ],
  ['error=access_denied', 'rejected/no_account', '#'],
  ['error=access_denied', 'rejected/no_account', ''],
  ['error=server_error', 'rejected/cancelled_by_customer', '#_'],
  ['error=temporarily_unavailable', 'pending', '#'],
]

for (const [error, status, tail] of ENDINGS) {
  t.test(`${error}${tail}: ${status}`, async (t) => {
    const { id, url } = await start(broker)
    const browser = createBrowser()
    const { searchParams } = new URL(await browser.walk(url))
    const cookie = [...browser.cookies].map((pair) => pair.join('=')).join('; ')
    // As a proxy may pass it on; a browser keeps the fragment to itself.
    const line = `GET /callback?state=${searchParams.get('state')}&${error}${tail}`
    const answer = await sendRaw(broker.publicUrl, rawRequest(line, { Cookie: cookie }))
    t.equal(answer.status, status === 'pending' ? 503 : 200)
    t.equal(await statusOf(broker, id), status)
  })
}
