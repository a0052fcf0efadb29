import type { Page } from 'playwright-core'
import { chooseAccount, logOn, press } from './steps.ts'

/** Where the pages are, and what is done at each. */
export interface Tour {
  /** Called at every page. */
  look(): Promise<void>
  /** Opens the link of a new consent. */
  beginAgain(): Promise<void>
  readonly bankUrl: string
  readonly unknownLink: string
  /** Asks for permission for a payment order. */
  readonly paymentUrl: string
}

const holding = 'NL62ABNA9999841479'

/** Leads a customer, who has just opened a link, to every page of the consent application and to the broker's. */
export async function seeEveryPage(page: Page, tour: Tour): Promise<void> {
  await givePermission(page, tour)
  await logOnInVain(page, tour)
  await loseTheWay(page, tour)
  await payAnOrder(page, tour)
}

async function givePermission(page: Page, { look }: Tour): Promise<void> {
  await look()
  await press(page, 'continue')
  await look()
  await logOn(page, 'several-accounts', '1')
  await look()
  await logOn(page, 'several-accounts')
  await look()
  await press(page, 'continue')
  await look()
  await chooseAccount(page, holding)
  await look()
  await press(page, 'authorise')
  await page.locator('main.done').waitFor()
  await look()
}

async function logOnInVain(page: Page, { look, beginAgain }: Tour): Promise<void> {
  await beginAgain()
  for (const _ of [1, 2, 3]) await logOn(page, 'one-account', '1')
  await look()
  await press(page, 'cancel')
  await page.locator('main.calm').waitFor()
  await look()
}

async function loseTheWay(page: Page, { look, beginAgain, bankUrl, unknownLink }: Tour): Promise<void> {
  await beginAgain()
  await page.reload()
  await look()
  await page.context().clearCookies()
  await page.reload()
  await look()
  await page.goto(`${bankUrl}/as/authorization.oauth2?client_id=nobody`)
  await look()
  await page.goto(unknownLink)
  await look()
}

async function payAnOrder(page: Page, { look, paymentUrl }: Tour): Promise<void> {
  await page.goto(paymentUrl)
  await logOn(page, 'several-accounts')
  await look()
  await chooseAccount(page, holding)
  await look()
}
