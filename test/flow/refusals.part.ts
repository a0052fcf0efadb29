import { start, walk } from '../support/authorize.ts'
import { createWorld } from '../support/broker.ts'
import { createBrowser } from '../support/browser.ts'
import { t } from '../support/parts.ts'
import { eventsOf, headingOf, parametersOf, RETURN_URL, statusOf, tokenOf } from './helpers.ts'

const world = await createWorld(t)
const broker = await world.startBroker()

/** The callback's URL as the bank would have made it, with other parameters. */
function altered(callbackUrl: string, parameters: Record<string, string | null>): string {
  const url = new URL(callbackUrl)
  for (const [name, value] of Object.entries(parameters)) {
    if (value === null) url.searchParams.delete(name)
    else url.searchParams.set(name, value)
  }
  return url.href
}

t.test('a customer who cancels has rejected the consent', async (t) => {
  const { id, url, page, browser } = await walk(broker, {}, { decision: 'cancel' })
  t.equal(page.status, 200)
  t.equal(headingOf(page), 'You have not given permission')
  t.equal(await statusOf(broker, id), 'rejected/cancelled_by_customer')
  t.match(await tokenOf(broker, id), { status: 410, code: 'consent_rejected' })
  t.strictSame(await eventsOf(broker, id), ['consent.started', 'consent.rejected cancelled_by_customer'])
  t.equal(headingOf(await browser.open(url)), 'You have not given permission', 'the link shows the result')
})

t.test('a customer without an account has rejected it too', async (t) => {
  const { id, page } = await walk(broker, { return_url: RETURN_URL }, { customer: 'no-account' })
  t.equal(page.status, 302)
  t.match(parametersOf(page), { consent_id: id, status: 'rejected', result_code: /^[\w-]{43}$/ })
  t.equal(await statusOf(broker, id), 'rejected/no_account')
})

t.test('any other error of the bank leaves the consent pending, and its link working', async (t) => {
  const { id, url } = await start(broker)
  const browser = createBrowser()
  const callbackUrl = await browser.walk(url)
  for (const error of ['temporarily_unavailable', 'invalid_scope', 'cancelled_by_customer', 'toString']) {
    const page = await browser.open(altered(callbackUrl, { code: null, error }))
    t.match([page.status, headingOf(page)], [503, 'It has not worked yet'], error)
  }
  t.equal(await statusOf(broker, id), 'pending')
  t.equal(headingOf(await browser.consent(url)), 'You have given permission')
  t.equal(await statusOf(broker, id), 'active')
})

t.test('a state that is forged, missing, doubled or comes without a code changes nothing', async (t) => {
  const { id, url } = await start(broker)
  const browser = createBrowser()
  const callbackUrl = await browser.walk(url)
  const codesBefore = world.bank.ledger.codes().length
  const { code = '', state = '' } = Object.fromEntries(new URL(callbackUrl).searchParams)
  for (const wrong of [
    altered(callbackUrl, { state: 'forged' }),
    altered(callbackUrl, { state: `${state}x` }),
    altered(callbackUrl, { state: null }),
    altered(callbackUrl, { state: '' }),
    altered(callbackUrl, { code: null }),
    `${callbackUrl}&state=${state}`,
    `${callbackUrl}&code=${code}`,
    `${callbackUrl}&error=access_denied&error=server_error`,
    callbackUrl.split('?')[0] ?? '',
  ]) {
    const page = await browser.open(wrong)
    t.match([page.status, headingOf(page)], [404, 'We do not know this link'], new URL(wrong).search)
  }
  t.equal(await statusOf(broker, id), 'pending')
  t.equal(world.bank.ledger.codes().length, codesBefore, 'no code was sent')
  t.equal(headingOf(await browser.open(callbackUrl)), 'You have given permission')
})

t.test('a state works once: used again with another code it shows the result only', async (t) => {
  const { id, url } = await start(broker)
  const browser = createBrowser()
  const callbackUrl = await browser.walk(url)
  await browser.open(callbackUrl)
  const codesBefore = world.bank.ledger.codes().length
  for (const again of [
    callbackUrl,
    altered(callbackUrl, { code: 'another-code' }),
    altered(callbackUrl, { code: null, error: 'server_error' }),
  ]) {
    const page = await browser.open(again)
    t.match([page.status, headingOf(page)], [200, 'You have given permission'])
  }
  t.equal(world.bank.ledger.codes().length, codesBefore)
  t.equal(await statusOf(broker, id), 'active')
})

t.test('a link nobody made is not known', async (t) => {
  const page = await createBrowser('nl').open(`${broker.publicUrl}/start/${'x'.repeat(43)}`)
  t.match([page.status, headingOf(page)], [404, 'Wij kennen deze link niet'])
})
