import type { Test } from 'tap'
import { start } from '../../support/authorize.ts'
import { KEYS } from '../../support/broker.ts'
import type { On } from './see-status-page.ts'
import { listed, takeOver, visit } from './steps.ts'

/** Who may do less is offered less, and told why. */
export async function seeOtherCallers(t: Test, { page, broker, seeded }: On): Promise<void> {
  const whyNot = () => page.locator('#why-not').innerText()
  const enabled = () => page.locator('.actions button:enabled').count()

  t.test('ops alone: sees all, renews and revokes nothing', async (t) => {
    await takeOver(page, KEYS.ops, `#/consents/${seeded.toRenew}`)
    await page.locator('.verdict').waitFor()
    t.equal(await enabled(), 0)
    t.match(await whyNot(), 'no consents:write permission')
  })

  t.test('without ops: own consents, no status', async (t) => {
    const foreign = await start(broker, {}, 'other')
    await takeOver(page, KEYS.other, '#/')
    await page.getByText('You see your own consents.').waitFor()
    t.equal(await page.locator('.tile').count(), 0)
    t.equal(await page.getByText('Webhooks').isVisible(), false)
    await visit(page, '#/consents', '.card-table')
    t.strictSame(await listed(page), [foreign.id])
    await visit(page, '#/consents?ends_before=soon', '#banner .note')
    t.match(await page.locator('#banner').innerText(), /^expires_before:? /, 'a link that was mistyped')
    await visit(page, `#/consents/${foreign.id}`, '.verdict')
    t.equal(await enabled(), 1, 'it may be revoked; one that is pending can’t be renewed')
    await visit(page, `#/consents/${seeded.toRenew}`, '#banner .note')
    t.equal(await page.locator('.verdict').count(), 0)
  })

  t.test('tokens alone: nothing', async (t) => {
    await takeOver(page, KEYS.granted, '#/')
    await page.getByText('Your key has these permissions: tokens.').waitFor()
    await page.locator('#forget').click()
    await page.locator('#sign-in:not([hidden])').waitFor()
    t.equal(await page.locator('#view').innerText(), '')
  })
}
