import type { Page, Response } from 'playwright-core'
import { practiceCustomers } from '../../../src/practice-bank/index.ts'

/** Does something that leads to another page, and waits for that page. */
export async function go(page: Page, act: () => Promise<unknown>): Promise<Response | null> {
  const [response] = await Promise.all([page.waitForNavigation({ waitUntil: 'load' }), act()])
  return response
}

/** Presses a button of the step's form. */
export function press(page: Page, decision: string): Promise<Response | null> {
  return go(page, () => page.locator(`.buttons button[value="${decision}"]`).click())
}

export function heading(page: Page): Promise<string> {
  return page.locator('h1').innerText()
}

export function language(page: Page): Promise<string | null> {
  return page.locator('html').getAttribute('lang')
}

/** Fills step 1 in, without sending it. */
export async function fillLogOn(page: Page, customer: string, code = codeOf(customer)): Promise<void> {
  await page.locator(`input[value="${customer}"]`).check()
  await page.locator('#code').fill(code)
}

function codeOf(id: string): string {
  return practiceCustomers.find((customer) => customer.id === id)?.code ?? ''
}

export async function logOn(page: Page, customer: string, code?: string): Promise<void> {
  await fillLogOn(page, customer, code)
  await press(page, 'continue')
}

/** Takes step 2. */
export async function chooseAccount(page: Page, iban: string): Promise<void> {
  await page.locator(`input[value="${iban}"]`).check()
  await press(page, 'continue')
}

/** Switches to the other language. */
export async function switchLanguage(page: Page): Promise<void> {
  await go(page, () => page.locator('.bar [lang]').click())
}

/** Waits for the page that tells how it ended, past the one that says to wait. */
export async function result(page: Page, text: string): Promise<void> {
  await page.getByRole('heading', { level: 1, name: text }).waitFor()
}
