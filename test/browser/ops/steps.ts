import type { Page } from 'playwright-core'

/** Gives the page a key, as a person types it. */
export async function enterKey(page: Page, key: string): Promise<void> {
  await page.locator('#key').fill(key)
  await page.keyboard.press('Enter')
}

/** Has somebody else take over the page, at a view. */
export async function takeOver(page: Page, key: string, hash: string): Promise<void> {
  await page.locator('#forget').click()
  await page.evaluate(`location.hash = ${JSON.stringify(hash)}`)
  await enterKey(page, key)
  await page.locator('#views').waitFor()
}

/** Goes to a view and waits until it shows something. */
export async function visit(page: Page, hash: string, selector: string): Promise<void> {
  await page.evaluate(`location.hash = ${JSON.stringify(hash)}`)
  await page.locator(selector).first().waitFor()
}

export async function search(page: Page, text: string): Promise<void> {
  await page.keyboard.press('/')
  await page.keyboard.type(text)
  await page.keyboard.press('Enter')
}

export function title(page: Page): Promise<string> {
  return page.locator('#title').innerText()
}

/** What has the focus, by its text or name. */
export function focused(page: Page): Promise<string> {
  return page.evaluate<string>(`(() => {
    const { activeElement: it } = document
    return it.innerText?.trim().split('\\n')[0] || it.getAttribute('aria-label') || it.id || it.tagName
  })()`)
}

/** The ids of the consents in the table, from the top. */
export function listed(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(
    `[...document.querySelectorAll('.card-table tbody tr')].map((row) => row.dataset.key)`,
  )
}
