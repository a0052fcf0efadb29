import type { Test } from 'tap'
import { ACCOUNTS } from '../../support/authorize.ts'
import { waitFor } from '../../support/wait-for.ts'
import type { On } from './see-status-page.ts'
import { focused, listed, search, title, visit } from './steps.ts'
import { HOSTILE } from './world.ts'

/** A consent is found by all it is known by, and shown whole; nothing of that gets into a URL of the page. */
export async function searchAndRead(t: Test, { page, seeded }: On): Promise<void> {
  const { toRenew, reference, hostile } = seeded

  t.test('by id', async (t) => {
    await search(page, ` ${toRenew.toUpperCase()} `)
    await page.locator('.verdict').waitFor()
    t.match(page.url(), `#/consents/${toRenew}`)
    const verdict = await page.locator('.verdict').innerText()
    t.match(verdict, reference)
    t.notMatch(verdict, 'UTC', 'its sentences tell local times, as all around them')
    t.ok((await page.locator('.verdict time').count()) >= 2)
    t.equal(await focused(page), await title(page), 'who reads aloud begins at the title')
  })

  t.test('its history goes on where a page ends, and stays as it refreshes', async (t) => {
    const lines = page.locator('.timeline li')
    t.equal(await lines.count(), 50)
    await page.getByText('Show older').click()
    await page.locator('.timeline li:nth-child(62)').waitFor()
    const all = await lines.count()
    const refreshed = page.waitForResponse(/\/events$/)
    await page.locator('#refresh').click()
    await refreshed
    t.equal(await lines.count(), all)
    t.match(await lines.last().innerText(), /Imported/)
    t.equal(await page.getByText('Show older').count(), 0)
  })

  t.test('by reference, and by IBAN', async (t) => {
    await search(page, reference)
    await page.locator('.card-table .name').waitFor()
    t.strictSame(await listed(page), [toRenew])
    t.match(page.url(), /#\/consents\?search=1$/)
    await search(page, `${ACCOUNTS[0].slice(0, 8)} ${ACCOUNTS[0].slice(8)}`.toLowerCase())
    await page.getByText(`With the IBAN ${ACCOUNTS[0]}`).waitFor()
    t.ok((await listed(page)).includes(toRenew))
    await search(page, `NL13${ACCOUNTS[0].slice(4)}`)
    await page.getByText('its check digits are wrong').waitFor()
    await page.goBack()
    await page.getByText(`With the IBAN ${ACCOUNTS[0]}`).waitFor()
  })

  t.test('text of somebody else is text, and its marks are seen', async (t) => {
    await visit(page, `#/consents/${hostile}`, '.verdict')
    const shown = await page.locator('.verdict strong').innerText()
    t.equal(shown, HOSTILE.replace('\u202e', '⟨U+202E⟩'))
    t.equal(await page.locator('main img').count(), 0)
    t.match(await page.title(), /^Consent /)
  })

  t.test('filters are in the URL, and go back', async (t) => {
    await visit(page, '#/consents', '.filters')
    await page.locator('#filter-status').selectOption('reauthorization_required')
    await page.locator('#filter-owner').fill('ledger')
    await page.getByRole('button', { name: 'Show', exact: true }).click()
    await page.waitForURL(/status=reauthorization_required&owner=ledger/)
    // What was listed before is shown until the answer is there.
    await waitFor('the lost ones alone', async () => {
      const ids = await listed(page)
      return ids.includes(seeded.lost) && !ids.includes(toRenew)
    })
    t.equal(await page.locator('#filter-status').inputValue(), 'reauthorization_required')
    await page.goBack()
    await page.waitForURL(/#\/consents$/)
    await waitFor('the others to come back', async () => (await listed(page)).includes(toRenew))
    t.equal(await page.locator('#filter-status').inputValue(), '')
  })
}
