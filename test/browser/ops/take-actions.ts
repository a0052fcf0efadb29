import type { Test } from 'tap'
import { call } from '../../support/api.ts'
import { eventsOf, getConsent } from '../../support/consents.ts'
import type { On } from './see-status-page.ts'
import { focused, visit } from './steps.ts'

/** What a person on call does happens, once they have said so twice. */
export async function takeActions(t: Test, { page, broker, seeded }: On): Promise<void> {
  const dialog = page.locator('dialog')
  const held = async () => (await seeded.status()).refresh.hold

  t.test('renew: a link for the customer', async (t) => {
    await visit(page, `#/consents/${seeded.toRenew}`, '.verdict')
    await page.getByText('Renew…').click()
    t.match(await dialog.innerText(), seeded.reference)
    await page.getByText('Make the link').click()
    const link = await page.locator('#start-link').inputValue()
    t.match(link, `${broker.publicUrl}/start/`)
    await page.getByText('Copy').click()
    await page.locator('dialog [role="status"] :text-matches("^(Copied|Selected)")').waitFor()
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
    t.notOk((await page.content()).includes(link), 'it is gone with its dialog')
    const renewal = (await eventsOf(broker, seeded.toRenew)).length
    t.ok(renewal > 0)
    const { body } = await call(broker, `GET /v1/consents/${seeded.toRenew}/events?limit=1`, { as: 'ops' })
    t.match(body.items[0], { type: 'renewal.started', actor: 'on-call' })
  })

  t.test('revoke: nothing by Escape or Cancel, for good by its button', async (t) => {
    const status = async () => (await getConsent(broker, seeded.toRevoke)).status
    await visit(page, `#/consents/${seeded.toRevoke}`, `.verdict`)
    await page.locator('code', { hasText: seeded.toRevoke }).waitFor()
    for (const leave of ['Escape', 'Enter']) {
      await page.getByText('Revoke…').click()
      t.match(await dialog.innerText(), seeded.toRevoke)
      t.equal(await focused(page), 'Cancel')
      await page.keyboard.press(leave)
      await dialog.waitFor({ state: 'detached' })
      t.equal(await focused(page), 'Revoke…', 'the focus is back')
      t.equal(await status(), 'active')
    }
    await page.getByText('Revoke…').click()
    await page.getByText('Revoke for good').click()
    await page.getByText('The consent is revoked.').waitFor()
    t.equal(await status(), 'revoked')
    await page.locator('button:disabled', { hasText: 'Revoke…' }).waitFor()
    t.match(await page.locator('#why-not').innerText(), 'It is over for good')
  })

  t.test('hold and resume, by the keyboard alone', async (t) => {
    await visit(page, '#/', '.tile')
    await page.getByText('Hold refreshing…').focus()
    await page.keyboard.press('Enter')
    await page.keyboard.press('Enter')
    t.equal(await held(), null, 'a reason is needed')
    await page.keyboard.type('certificate swap')
    await page.keyboard.press('Tab')
    await page.keyboard.press('End')
    for (const key of ['Tab', 'Tab', 'Enter']) await page.keyboard.press(key)
    await page.getByText('Refreshing is held by on-call: certificate swap').waitFor()
    const hold = await held()
    t.match(hold, { by: 'on-call', reason: 'certificate swap' })
    const hours = (Date.parse(hold.until) - Date.now()) / 3_600_000
    t.ok(hours > 23.9 && hours <= 24, `${hours} hours`)
    await page.getByText('Resume refreshing…').focus()
    await page.keyboard.press('Space')
    await page.getByRole('button', { name: 'Resume refreshing', exact: true }).focus()
    await page.keyboard.press('Enter')
    await page.getByText('Refreshing goes on.').waitFor()
    t.equal(await held(), null)
    await page.getByText('Hold refreshing…').waitFor()
  })
}
