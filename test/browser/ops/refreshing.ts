import type { Test } from 'tap'
import { call } from '../../support/api.ts'
import type { On } from './see-status-page.ts'
import { enterKey, visit } from './steps.ts'
import { ON_CALL_KEY } from './world.ts'

const STATUS = '**/v1/status'

/** The page keeps itself fresh while somebody may look, and says so when it can't. */
export async function seeRefreshing(t: Test, { page, broker, seeded }: On): Promise<void> {
  await visit(page, '#/', '.tile')
  let asked = 0
  page.on('request', (request) => {
    if (request.url().endsWith('/v1/status')) asked += 1
  })
  /** Lets time pass; gives how often the status was asked for. */
  const pass = async (ms: number) => {
    asked = 0
    await page.clock.fastForward(ms)
    // Whatever was to be asked for was so before this.
    await page.evaluate("fetch('ops/icon.svg').then(({ ok }) => ok)")
    return asked
  }

  t.test('every ten seconds, leaving focus, scroll and what is unfolded alone', async (t) => {
    await page.getByText('As a table').first().click()
    await page.getByText('Hold refreshing…').focus()
    const place = () => page.evaluate('[scrollY, document.activeElement.innerText]')
    const before = await place()
    await call(broker, 'POST /v1/refresher/hold', { as: 'ops', body: { reason: 'another person' } })
    await page.clock.fastForward(10_000)
    await page.getByText('Because').waitFor()
    t.match(await page.locator('.findings').innerText(), 'another person')
    t.equal(await page.locator('details[open]').count(), 1)
    await call(broker, 'POST /v1/refresher/resume', { as: 'ops' })
    await page.clock.fastForward(10_000)
    await page.getByText('Hold refreshing…').waitFor()
    t.equal(((await place()) as unknown[])[0], (before as unknown[])[0])
  })

  t.test('not while paused, nor while nobody can see it', async (t) => {
    asked = 0
    await page.locator('#pause').click()
    await page.evaluate("fetch('ops/icon.svg').then(({ ok }) => ok)")
    t.equal(asked + (await pass(60_000)), 0)
    await page.locator('#pause').click()
    await page.locator('#pause[aria-pressed="false"]').waitFor()
    await setHidden(true)
    await pass(1)
    t.equal(await pass(60_000), 0)
    const before = await page.locator('#updated').innerText()
    await setHidden(false)
    await page.clock.fastForward(1)
    await page.locator('#updated').filter({ hasNotText: before }).waitFor()
  })

  t.test(
    'a broker that does not answer, or has too much to do: when it was last well, and more patience',
    async (t) => {
      const banner = page.locator('#banner')
      await page.route('**/v1/**', (route) => route.abort())
      await page.clock.fastForward(10_000)
      await banner.getByText('The broker does not answer. It is tried again in 10 seconds.').waitFor()
      t.match(await banner.innerText(), /What you see is of \d\d:\d\d:\d\d/)
      t.ok((await page.locator('.tile').count()) === 8, 'what was known is still shown')
      await page.clock.fastForward(10_000)
      await banner.getByText('20 seconds').waitFor()
      await page.unroute('**/v1/**')
      const headers = { 'retry-after': '55' }
      const json = { code: 'overloaded', detail: 'The broker has too much to do at the moment.' }
      await page.route(STATUS, (route) => route.fulfill({ status: 503, headers, json }))
      await page.clock.fastForward(20_000)
      await banner.getByText('too much to do at the moment. It is tried again in 55 seconds').waitFor()
      await page.unroute(STATUS)
      await page.clock.fastForward(55_000)
      await page.locator('#banner:empty').waitFor({ state: 'attached' })
    },
  )

  t.test('a key that ended: it is asked for again, and the view stays', async (t) => {
    await visit(page, `#/consents/${seeded.toRenew}`, '.verdict')
    await page.route('**/v1/consents/**', (route) =>
      route.fulfill({ status: 401, json: { detail: 'The token has ended.' } }),
    )
    await page.locator('#refresh').click()
    await page.getByText('The token has ended. Your view stays as it is').waitFor()
    t.equal(await page.locator('.verdict').count(), 1)
    await page.unroute('**/v1/consents/**')
    await enterKey(page, ON_CALL_KEY)
    await page.locator('#sign-in').waitFor({ state: 'hidden' })
    t.match(page.url(), seeded.toRenew)
    t.equal(await page.locator('.verdict').count(), 1)
  })

  /** As a browser does whose tab is covered by another. */
  async function setHidden(hidden: boolean): Promise<void> {
    await page.evaluate(`
      Object.defineProperty(document, 'hidden', { value: ${hidden}, configurable: true })
      document.dispatchEvent(new Event('visibilitychange'))`)
  }
}
