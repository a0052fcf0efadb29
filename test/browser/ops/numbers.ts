import type { Page } from 'playwright-core'
import type { Test } from 'tap'
import { call } from '../../support/api.ts'
import { waitFor } from '../../support/wait-for.ts'
import type { On } from './see-status-page.ts'
import { listed, visit } from './steps.ts'

/** Of the consents that were imported, each once. */
const ROTATED = 4

/** What the overview shows is what the API tells. */
export async function seeNumbers(t: Test, { page, broker, seeded }: On): Promise<void> {
  const statistics = await waitFor('the first rotations to be counted', () => readStatistics(broker))
  const status = await seeded.status()
  await page.locator('#refresh').click()
  await page.locator('.legend').waitFor()

  const tiles = await page
    .locator('.tile')
    .evaluateAll((all) =>
      all.map((tile) => [
        new URLSearchParams(tile.getAttribute('href')?.split('?')[1]).get('status'),
        Number(tile.querySelector('strong')?.textContent),
      ]),
    )
  t.strictSame(Object.fromEntries(tiles), status.consents)
  t.strictSame(await page.locator('.findings li').allInnerTexts(), [
    'The broker itself is well.',
    '1 consent must be authorized again by the customer.',
  ])

  t.equal(await page.locator('.legend .rotated b').innerText(), String(ROTATED))
  t.equal(await page.locator('.days span').count(), 14)
  t.strictSame(
    await page.locator('.days b').allInnerTexts(),
    statistics.endings.map(({ count }: { count: number }) => String(count)),
  )
  await page.getByText('As a table').first().click()
  t.equal(await page.locator('details[open] tbody tr').count(), 14)

  t.equal(await fact(page, 'Failing, tried again'), String(status.refresh.failing))
  t.equal(await fact(page, 'Score against the bank'), `${status.refresh.gate.score} of 3`)
  t.equal(await fact(page, 'Encryption keys'), status.keys.join(', '))

  const { body } = await call(broker, 'GET /v1/consents?limit=6', { as: 'ops' })
  const needed = body.items.filter(
    ({ explanation }: { explanation: { attention: string } }) => explanation.attention !== 'none',
  )
  const first = await listed(page)
  t.strictSame(
    first,
    needed.map(({ id }: { id: string }) => id),
    'what needs attention, first',
  )
  t.ok(first.includes(seeded.lost) && first.includes(seeded.failing))

  await page.locator('.tile', { hasText: 'Reauthorization required' }).click()
  await page.locator('[aria-label="Consents"]').waitFor()
  t.match(page.url(), /#\/consents\?status=reauthorization_required$/)
  t.ok((await listed(page)).includes(seeded.lost))
  await page.goBack()
  await page.locator('.tile').first().waitFor()
  await visit(page, '#/', '.tile')
}

/** Null until the broker has written down what it counted: it does so now and then. */
async function readStatistics(broker: On['broker']) {
  const { body } = await call(broker, 'GET /v1/statistics', { as: 'ops' })
  const rotated = body.rotations.reduce(
    (sum: number, quarter: { rotated: number }) => sum + quarter.rotated,
    0,
  )
  return rotated === ROTATED && body
}

async function fact(page: Page, name: string): Promise<string> {
  return page
    .locator('.facts div', { has: page.getByText(name, { exact: true }) })
    .locator('dd')
    .innerText()
}
