import type { Page } from 'playwright-core'
import t from 'tap'
import { statusOf } from '../flow/helpers.ts'
import { openPaymentBank } from '../practice-bank/open-payment-bank.ts'
import { start } from '../support/authorize.ts'
import { createWorld } from '../support/broker.ts'
import { getConsent } from '../support/consents.ts'
import { waitFor } from '../support/wait-for.ts'
import { seeStatusPage } from './ops/see-status-page.ts'
import { addOnCall } from './ops/world.ts'
import { type Manners, openChromium, skip } from './support/chromium.ts'
import { seeEveryPage } from './support/every-page.ts'
import { inspect, inspectLooks } from './support/inspect.ts'
import { fillLogOn, go, heading, language, logOn, press, result, switchLanguage } from './support/steps.ts'

const HOLDING = 'NL62ABNA9999841479'
const RETAIL = 'NL58ABNA9999142181'
const UNAVAILABLE = 'The page you are trying to access is no longer available'
const GIVEN = { en: 'You have given permission', nl: 'U heeft toestemming gegeven' }
const REJECTED = { en: 'You have not given permission', nl: 'U heeft geen toestemming gegeven' }
const locales = { en: 'en-GB', nl: 'nl-NL' } as const

t.test('customers in a real browser', { skip }, async (t) => {
  const { bankUrl, ...world } = await createWorld(t)
  await addOnCall(world.env)
  const broker = await world.startBroker()
  const { arrive, arriveWithoutCookies, hosts, refusals } = await openChromium(t)
  const status = (id: string) => statusOf(broker, id)

  /** A customer who opened the link of a new consent. */
  async function begin(manners: Partial<Manners> = {}) {
    const page = await arrive({ locale: locales.en, ...manners })
    const { id, url } = await start(broker)
    await page.goto(url)
    return { page, id, url }
  }

  for (const [from, to] of [
    ['en', 'nl'],
    ['nl', 'en'],
  ] as const) {
    t.test(`the whole way, begun in ${from}; the switch to ${to} loses nothing`, async (t) => {
      const { page, id } = await begin({ locale: locales[from] })
      t.equal(await language(page), from)
      await fillLogOn(page, 'several-accounts', '4071 2836')
      await switchLanguage(page)
      t.equal(await language(page), to)
      t.equal(await page.locator('#code').inputValue(), '4071 2836')
      await press(page, 'continue')
      await page.locator(`input[value="${HOLDING}"]`).check()
      await switchLanguage(page)
      t.equal(await language(page), from)
      await press(page, 'continue')
      t.match(
        await page.locator('[aria-current="step"]').innerText(),
        from === 'en' ? 'Authorise' : 'Toestem',
      )
      await press(page, 'authorise')
      await result(page, GIVEN[from])
      t.equal(await status(id), 'active')
      const account = () => getConsent(broker, id).then((consent) => consent.account)
      t.equal(await waitFor('the account', account), 'NL62ABNA******1479')
    })

    t.test(`cancelled, and no account, in ${to}`, async (t) => {
      const cancelled = await begin({ locale: locales[to] })
      await logOn(cancelled.page, 'one-account')
      await press(cancelled.page, 'cancel')
      await result(cancelled.page, REJECTED[to])
      t.equal(await status(cancelled.id), 'rejected/cancelled_by_customer')
      const without = await begin({ locale: locales[to] })
      await logOn(without.page, 'no-account')
      await result(without.page, REJECTED[to])
      t.equal(await status(without.id), 'rejected/no_account')
    })
  }

  t.test(
    'a wrong code: the complaint has the focus and leads to the field, and the third ends it',
    async (t) => {
      const { page, id } = await begin()
      await press(page, 'continue')
      t.match(await focused(page), 'Which customer are you?')
      await go(page, async () => {
        await fillLogOn(page, 'one-account', '1111 1111')
        await page.keyboard.press('Enter')
      })
      t.match(await focused(page), 'You can try 2 more times.')
      t.equal(await page.locator('[role="alert"]').count(), 1)
      t.match(await page.locator('#code').getAttribute('aria-describedby'), /^complaint /)
      t.match(await page.locator('#complaint').innerText(), 'This code is not correct.')
      t.equal(await page.locator('input:checked').inputValue(), 'one-account')
      await page.keyboard.press('Tab')
      await page.keyboard.press('Enter')
      t.equal(await page.evaluate('document.activeElement.id'), 'code')
      await press(page, 'continue')
      await press(page, 'continue')
      t.equal(await heading(page), 'Logging on has been stopped')
      await press(page, 'cancel')
      await result(page, REJECTED.en)
      t.equal(await status(id), 'rejected/cancelled_by_customer')
    },
  )

  t.test('reload and back end the walk for good, without a redirect; the link begins another', async (t) => {
    const { page, id, url } = await begin()
    await page.reload()
    t.equal(await heading(page), UNAVAILABLE)
    await page.goto(url)
    await logOn(page, 'one-account')
    await page.reload()
    t.equal(await heading(page), UNAVAILABLE, 'the form is not taken twice')
    await page.goto(url)
    await logOn(page, 'one-account')
    await page.goBack()
    t.equal(await heading(page), UNAVAILABLE)
    t.match(page.url(), bankUrl)
    t.equal(await status(id), 'pending')
    await page.goto(url)
    await logOn(page, 'one-account')
    await press(page, 'continue')
    await press(page, 'authorise')
    await result(page, GIVEN.en)
    await page.reload()
    await result(page, GIVEN.en)
    t.equal(await status(id), 'active')
  })

  t.test('a browser that takes no cookies gets the bank’s own error, and no redirect', async (t) => {
    const page = await arriveWithoutCookies(t)
    const { id, url } = await start(broker)
    const response = await page.goto(url)
    t.equal(response?.status(), 410)
    t.equal(await heading(page), UNAVAILABLE)
    t.match(await page.locator('main').innerText(), 'Your browser did not send our cookie.')
    t.match(page.url(), bankUrl)
    t.equal(await status(id), 'pending')
  })

  t.test('the way back ends in another browser, and goes on in the one it began in', async (t) => {
    const { page, id } = await begin()
    await logOn(page, 'one-account')
    await press(page, 'continue')
    const form = { page: await page.locator('[name="page"]').inputValue(), decision: 'authorise' }
    const answer = await page.context().request.post(page.url(), { form, maxRedirects: 0 })
    const callbackUrl = answer.headers().location ?? ''
    const stranger = await arrive({ locale: locales.nl, viewport: { width: 320, height: 640 } })
    await stranger.goto(callbackUrl)
    t.equal(await heading(stranger), 'U bent in een andere browser begonnen')
    t.strictSame(await inspect(stranger), [])
    t.equal(await status(id), 'pending')
    await page.goto(callbackUrl)
    await result(page, GIVEN.en)
    t.equal(await status(id), 'active')
  })

  t.test('the keyboard is enough, and one sees where it is', async (t) => {
    const { page, id } = await begin()
    const stops: string[] = []
    const tab = async () => {
      await page.keyboard.press('Tab')
      stops.push(await page.evaluate<string>(focusStop))
    }
    await tab()
    await tab()
    await page.keyboard.press('Space')
    await page.keyboard.press('ArrowDown')
    await tab()
    await page.keyboard.type('59263184')
    await go(page, () => page.keyboard.press('Enter'))
    await tab()
    await tab()
    await tab()
    await go(page, () => page.keyboard.press('Space'))
    await tab()
    await tab()
    await go(page, () => page.keyboard.press('Enter'))
    await result(page, GIVEN.en)
    t.equal(await status(id), 'active')
    t.strictSame(stops, [
      ...['language nl', 'customer several-accounts', 'code '],
      ...['language nl', `iban ${RETAIL}`, 'decision continue'],
      ...['language nl', 'decision authorise'],
    ])
  })

  for (const [name, colorScheme, inspectPage] of [
    ['en', 'light', inspect],
    // What the pages are made of is the same.
    ['nl', 'dark', inspectLooks],
  ] as const) {
    t.test(`every page in ${name} and ${colorScheme}, narrow: nothing to complain of`, async (t) => {
      const narrow = { locale: locales[name], colorScheme, viewport: { width: 320, height: 640 } }
      const { page, url } = await begin(narrow)
      const seen = new Set<string>()
      const look = async () => {
        t.equal(await language(page), name)
        seen.add(await heading(page))
        t.strictSame(await inspectPage(page), [], await page.title())
      }
      const beginAgain = async () => void (await page.goto((await start(broker)).url))
      const places = { bankUrl, unknownLink: `${url}x`, paymentUrl: (await openPaymentBank(t))() }
      await seeEveryPage(page, { look, beginAgain, ...places })
      t.equal(seen.size, 11, [...seen].join(', '))
    })
  }

  t.test('the status page of those on call', (t) => seeStatusPage(t, { world, broker, arrive }))

  t.test('no page asked another host for anything', async (t) => t.strictSame([...hosts], ['127.0.0.1']))

  t.test('the policy of our pages lets their style through, and would not another', async (t) => {
    t.strictSame(refusals, [], 'nothing was refused on any page')
    const page = await arrive({ locale: locales.en })
    await page.goto(`${broker.publicUrl}/start/unknown`)
    const border = () =>
      page.evaluate<string>("getComputedStyle(document.querySelector('main')).borderTopWidth")
    t.equal(await border(), '6px', 'the style is applied')
    await page.evaluate(ADD_STYLE)
    t.equal(await border(), '6px')
    await waitFor('the browser to tell', () => refusals.length === 1)
  })
})

/** What somebody would do who found a way to put markup into a page. */
const ADD_STYLE = `(() => {
  const style = document.createElement('style')
  style.textContent = 'main { border-top-width: 1px !important }'
  document.head.append(style)
})()`

/** The complaint that has the focus; a browser gives it when it first draws the page. */
function focused(page: Page): Promise<string> {
  return page.locator('[role="alert"]:focus').innerText()
}

/** Names what has the focus, or says that nobody sees it. */
const focusStop = `(() => {
  const element = document.activeElement
  const shown = element.closest('.choice') ?? element
  const visible = getComputedStyle(shown).outlineStyle !== 'none'
  return visible ? element.name + ' ' + element.value : element.name + ' has no outline'
})()`
