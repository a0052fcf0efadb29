import type { Page } from 'playwright-core'
import type { Test } from 'tap'
import { lookAtPages } from './looks.ts'
import { seeNumbers } from './numbers.ts'
import { seeOtherCallers } from './other-callers.ts'
import { seeRefreshing } from './refreshing.ts'
import { searchAndRead } from './search-and-read.ts'
import { enterKey } from './steps.ts'
import { takeActions } from './take-actions.ts'
import { seeWebhooks } from './webhooks.ts'
import { ON_CALL_KEY, type Seen, seed } from './world.ts'

const MANNERS = { locale: 'nl-NL', colorScheme: 'light' } as const

/** A person on call at the status page: what it shows is so, what it does happens, and nothing else. */
export async function seeStatusPage(t: Test, seen: Seen): Promise<void> {
  const seeded = await seed(t, seen)
  const page = await seen.arrive(MANNERS)
  const complaints = watch(t, page)
  const on = { ...seen, seeded, page, url: `${seen.broker.internalUrl}/ops` }

  t.test('a key is asked for, and a wrong one refused', async (t) => {
    await page.clock.install()
    await page.goto(on.url)
    await page.evaluate(NOTE_CREDENTIALS)
    await enterKey(page, 'no-such-key')
    await page.locator('#key-error:not(:empty)').waitFor()
    t.equal(await page.locator('#view').innerText(), '')
    await enterKey(page, ON_CALL_KEY)
    await page.locator('.tile').first().waitFor()
    t.match(await page.locator('.who').innerText(), /^on-call/)
    t.strictSame(complaints.splice(0), ['401'], 'the browser tells of the wrong key alone')
    t.strictSame(
      await page.evaluate('[...credentials]'),
      ['same-origin'],
      'else Firefox would show no client certificate',
    )
  })

  await t.test('the numbers', (t) => seeNumbers(t, on))
  await t.test('search and read', (t) => searchAndRead(t, on))
  await t.test('actions', (t) => takeActions(t, on))
  await t.test('webhooks', (t) => seeWebhooks(t, on))
  await t.test('looks', (t) => lookAtPages(t, on))
  t.strictSame(complaints, [], 'nothing to complain of so far')
  await t.test('refreshing', (t) => seeRefreshing(t, on))
  await t.test('other callers', (t) => seeOtherCallers(t, on))
  t.strictSame(
    complaints.filter((complaint) => !/^(400|401|404|503|ERR_FAILED)$/.test(complaint)),
    [],
    'but of the troubles that were made',
  )
}

const NOTE_CREDENTIALS = `
  credentials = new Set()
  fetch = ((fetch) => (url, init) => {
    credentials.add(init.credentials)
    return fetch(url, init)
  })(fetch)`

/** What the page's scripts raised, and its console was told: of a failed request its status. */
function watch(t: Pick<Test, 'teardown'>, page: Page): string[] {
  const complaints: string[] = []
  const onError = (error: Error) => complaints.push(String(error))
  const onConsole = (message: { type(): string; text(): string }) => {
    const failed = /Failed to load resource: .*?(\d{3}|ERR_FAILED)/.exec(message.text())?.[1]
    if (message.type() === 'error') complaints.push(failed ?? message.text())
  }
  page.on('pageerror', onError).on('console', onConsole)
  t.teardown(() => void page.off('pageerror', onError).off('console', onConsole))
  return complaints
}

export interface On extends Seen {
  readonly seeded: Awaited<ReturnType<typeof seed>>
  readonly page: Page
  readonly url: string
}
