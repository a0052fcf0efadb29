import { call } from '../support/api.ts'
import { renew, start, walk } from '../support/authorize.ts'
import { type CallerName, createWorld } from '../support/broker.ts'
import { createBrowser } from '../support/browser.ts'
import { getConsent } from '../support/consents.ts'
import { t } from '../support/parts.ts'
import { eventsOf, parametersOf, RETURN_URL, statusOf, tokenOf } from './helpers.ts'

const world = await createWorld(t)
const broker = await world.startBroker()

async function confirm(id: string, resultCode: unknown, as: CallerName = 'ledger') {
  const { status, body } = await call(broker, `POST /v1/consents/${id}/confirm`, {
    as,
    body: { result_code: resultCode },
  })
  return { status, body }
}

/** A consent that its customer gave and its caller has not confirmed, with the code to do so. */
async function unconfirmed(body: object = {}): Promise<{ id: string; code: string }> {
  const { id, page } = await walk(broker, { confirm: true, return_url: RETURN_URL, ...body })
  return { id, code: String(parametersOf(page).result_code) }
}

const REFUSED = { status: 400, body: { code: 'invalid_request', field: 'result_code' } }

t.test('tokens are handed out only once the caller has confirmed', async (t) => {
  const { id, code } = await unconfirmed()
  t.equal(await statusOf(broker, id), 'active')
  t.match(await tokenOf(broker, id), { status: 409, code: 'consent_unconfirmed', token: undefined })
  const { status, body } = await confirm(id, code)
  t.match([status, body], [200, { id, status: 'active', confirm: true, confirmed_at: /^\d{4}-/ }])
  t.match(await tokenOf(broker, id), { status: 200, token: /./ })
  t.equal((await eventsOf(broker, id)).at(-1), 'consent.confirmed')
})

t.test('a code that is wrong, of another consent, or used, is refused', async (t) => {
  const [one, other] = [await unconfirmed(), await unconfirmed()]
  for (const wrong of ['wrong', 'x'.repeat(43), other.code]) t.match(await confirm(one.id, wrong), REFUSED)
  for (const malformed of ['', 7, null, 'x'.repeat(201)]) t.match(await confirm(one.id, malformed), REFUSED)
  t.match(await tokenOf(broker, one.id), { status: 409, code: 'consent_unconfirmed' })
  t.equal((await confirm(one.id, one.code)).status, 200)
  t.match(await confirm(one.id, one.code), REFUSED)
  t.equal((await tokenOf(broker, one.id)).status, 200)
  t.equal((await confirm(other.id, other.code)).status, 200, 'the other one was not spent')
})

t.test('two at once spend a code once', async (t) => {
  const { id, code } = await unconfirmed()
  const statuses = await Promise.all([1, 2, 3].map(async () => (await confirm(id, code)).status))
  t.strictSame(statuses.sort(), [200, 400, 400])
})

t.test('for other callers there is no such consent', async (t) => {
  const { id, code } = await unconfirmed({ granted_to: ['granted'] })
  t.match(await confirm(id, code, 'other'), { status: 404, body: { code: 'consent_not_found' } })
  t.match(await confirm(id, code, 'granted'), { status: 403 })
  t.match(await confirm('0192f0c1-7a68-4b1a-8f10-2b6f3a1c9d55', code), { status: 404 })
  t.equal((await confirm(id, code)).status, 200)
})

t.test('the code of a walk that gave no consent confirms nothing', async (t) => {
  const { id, page } = await walk(broker, { confirm: true, return_url: RETURN_URL }, { decision: 'cancel' })
  t.match(await confirm(id, parametersOf(page).result_code), REFUSED)
  t.equal((await getConsent(broker, id)).confirmed_at, null)
})

t.test('nor does a code after the consent was revoked', async (t) => {
  const { id, code } = await unconfirmed()
  await call(broker, `DELETE /v1/consents/${id}`)
  t.match(await confirm(id, code), REFUSED)
  t.equal((await eventsOf(broker, id)).at(-1), 'consent.revoked')
})

t.test('a consent that was confirmed stays so through a renewal', async (t) => {
  const { id, code } = await unconfirmed()
  await confirm(id, code)
  const { url } = await renew(broker, id, { return_url: RETURN_URL })
  const page = await createBrowser().consent(url, { iban: 'NL12ABNA9999876523' })
  t.match(parametersOf(page), { status: 'active', result_code: /./ })
  t.not(parametersOf(page).result_code, code)
  t.equal((await tokenOf(broker, id)).status, 200)
})

t.test('without a return_url nothing comes back to confirm with', async (t) => {
  const { id } = await start(broker, { confirm: true })
  t.match(await tokenOf(broker, id), { status: 409, code: 'consent_pending' })
  t.match(await confirm(id, 'guess'), REFUSED)
})
