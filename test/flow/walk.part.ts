import { call } from '../support/api.ts'
import { SCOPES, start, walk } from '../support/authorize.ts'
import { createWorld } from '../support/broker.ts'
import { createBrowser } from '../support/browser.ts'
import { getConsent } from '../support/consents.ts'
import { t } from '../support/parts.ts'
import { waitFor } from '../support/wait-for.ts'
import { eventsOf, headingOf, parametersOf, RETURN_URL, statusOf, tokenOf } from './helpers.ts'

const world = await createWorld(t)
const broker = await world.startBroker()

t.test('a consent from its start to a token the bank takes', async (t) => {
  const { id, url } = await start(broker, { customer_reference: 'customer-1' })
  t.equal(await statusOf(broker, id), 'pending')
  const page = await createBrowser().consent(url, { iban: 'NL12ABNA9999876523' })
  t.equal(page.status, 200)
  t.equal(headingOf(page), 'You have given permission')

  const consent = await waitFor('the account', async () => {
    const found = await getConsent(broker, id)
    return found.account === null ? null : found
  })
  t.match(consent, { status: 'active', status_reason: null, account: 'NL12ABNA******6523', scopes: SCOPES })
  const lifeMs = Date.parse(consent.expires_at) - Date.parse(consent.authorized_at)
  t.equal(lifeMs, 90 * 86_400_000, 'ends 90 days after the authorization')
  t.strictSame(await eventsOf(broker, id), ['consent.started', 'authorization.received', 'consent.activated'])

  const { token } = await tokenOf(broker, id)
  const info = await fetch(`${world.bankUrl}/v1/consentinfo`, {
    headers: { authorization: `Bearer ${token}`, 'api-key': 'practice-api-key' },
  })
  t.match(await info.json(), { iban: 'NL12ABNA9999876523' })
})

t.test('the page is in the language of the browser', async (t) => {
  for (const [language, heading] of [
    ['nl-NL,nl;q=0.9,en;q=0.5', 'U heeft toestemming gegeven'],
    ['de,en;q=0.5', 'You have given permission'],
  ] as const) {
    const { url } = await start(broker)
    const page = await createBrowser(language).consent(url)
    t.equal(headingOf(page), heading)
    t.equal(page.headers.get('content-language'), language.startsWith('nl') ? 'nl' : 'en')
  }
})

t.test('the customer is sent on to the caller, with a code only this browser is given', async (t) => {
  const { id, page } = await walk(broker, { return_url: RETURN_URL })
  t.equal(page.status, 302)
  t.ok(page.location?.startsWith('http://127.0.0.1:9/done?'))
  const { result_code, ...others } = parametersOf(page)
  t.strictSame(others, { order: '7', consent_id: id, status: 'active' })
  t.match(result_code, /^[\w-]{43}$/)
})

t.test('a return_url goes to an origin that is allowed, and nowhere else', async (t) => {
  for (const return_url of [
    'https://evil.example/done',
    'http://127.0.0.1:9.evil.example/done',
    'http://user:secret@127.0.0.1:9/done',
    'http://127.0.0.1:9@evil.example/',
    'javascript:alert(1)',
    'blob:http://127.0.0.1:9/0a1b',
    'data:text/html,hello',
    '//127.0.0.1:9/done',
    '/done',
    '',
  ]) {
    const first = await call(broker, 'POST /v1/consents', { body: { scopes: SCOPES, return_url } })
    t.match([first.status, first.body], [400, { code: 'invalid_request', field: 'return_url' }], return_url)
  }
  const { id } = await walk(broker)
  const body = { return_url: 'https://evil.example/done' }
  const renewal = await call(broker, `POST /v1/consents/${id}/authorizations`, { body })
  t.match([renewal.status, renewal.body], [400, { code: 'invalid_request', field: 'return_url' }])
})

t.test('without RETURN_URL_ORIGINS there is no return_url at all', async (t) => {
  const strict = await world.startBroker({ PUBLIC_PORT: '0', RETURN_URL_ORIGINS: '' })
  const answer = await call(strict, 'POST /v1/consents', {
    body: { scopes: SCOPES, return_url: RETURN_URL },
  })
  t.match([answer.status, answer.body], [400, { field: 'return_url' }])
})
