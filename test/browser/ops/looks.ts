import type { Test } from 'tap'
import { inspectDense, inspectLooks } from '../support/inspect.ts'
import type { On } from './see-status-page.ts'
import { enterKey, visit } from './steps.ts'
import { ON_CALL_KEY } from './world.ts'

/** Nothing to complain of by the accessibility rules, dark or light, wide or narrow; and the key is nowhere. */
export async function lookAtPages(t: Test, { page, arrive, seeded, url }: On): Promise<void> {
  const look = async (hash: string, selector: string, part = 'html') => {
    await visit(page, hash, selector)
    t.strictSame(await inspectDense(page, part), [], hash)
  }
  const lookAgain = async (hash: string, selector: string) => {
    await visit(page, hash, selector)
    t.strictSame(await inspectLooks(page, 'html'), [], hash)
  }

  await look('#/', '.tile')
  await look('#/consents', '.filters', '.filters')
  await arrive({ locale: 'nl-NL', colorScheme: 'dark', viewport: { width: 375, height: 700 } })
  await lookAgain('#/', '.tile')
  await look(`#/consents/${seeded.hostile}`, '.verdict')
  await page.getByText('Revoke…').click()
  t.strictSame(await inspectDense(page, 'dialog'), [], 'a dialog')
  await page.keyboard.press('Escape')
  await arrive({ locale: 'nl-NL', colorScheme: 'light' })

  t.test('the key and what was searched for are kept nowhere', async (t) => {
    const kept = await page.evaluate<string>(`JSON.stringify([
      { ...localStorage }, { ...sessionStorage }, document.cookie, location.href, history.state, document.title,
      performance.getEntriesByType('navigation').map(({ name }) => name), document.documentElement.outerHTML,
      [...document.querySelectorAll('input')].map(({ value }) => value)])`)
    t.notMatch(kept, ON_CALL_KEY)
    t.notMatch(kept, seeded.reference)
    t.strictSame(JSON.parse(kept).slice(0, 3), [{}, {}, ''])
    await page.goto(`${url}#/`)
    await page.reload()
    await page.locator('#sign-in:not([hidden])').waitFor()
    t.equal(await page.locator('#view').innerText(), '', 'a reload asks again')
  })

  t.test('what one meets on the way by Tab, each seen', async (t) => {
    await enterKey(page, ON_CALL_KEY)
    await page.locator('.tile').first().waitFor()
    const stops: string[] = []
    for (let at = 0; at < 6; at += 1) {
      await page.keyboard.press('Tab')
      stops.push(await page.evaluate<string>(focusStop))
    }
    t.strictSame(stops.slice(0, 2), ['Refresh', 'Pause'], 'after the title, which has the focus')
    t.notOk(stops.some((stop) => stop.includes('no outline')))
    await page.locator('#skip').focus()
    await page.keyboard.press('Enter')
    t.equal(await page.evaluate('document.activeElement.id'), 'main')
    t.match(page.url(), /\/ops#\/$/)
  })
}

const focusStop = `(() => {
  const element = document.activeElement
  const isSeen = getComputedStyle(element).outlineStyle !== 'none'
  return (element.innerText || element.id).split('\\n')[0] + (isSeen ? '' : ' has no outline')
})()`
