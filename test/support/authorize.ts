import type { WalkOptions } from '../../src/practice-bank/index.ts'
import { call } from './api.ts'
import type { CallerName, TestBroker } from './broker.ts'
import { createBrowser, type Page } from './browser.ts'
import { getConsent } from './consents.ts'
import { waitFor } from './wait-for.ts'

type Reached = Pick<TestBroker, 'internalUrl'>

export const SCOPES = ['psd2:account:balance:read', 'psd2:account:details:read']
/** The accounts of the practice customer who has two. */
export const ACCOUNTS = ['NL12ABNA9999876523', 'NL62ABNA9999841479'] as const

export interface Started {
  readonly id: string
  readonly url: string
}

/** Starts a consent and raises unless that went well. */
export async function start(broker: Reached, body: object = {}, as: CallerName = 'ledger'): Promise<Started> {
  return started(await call(broker, 'POST /v1/consents', { as, body: { scopes: SCOPES, ...body } }))
}

/** Starts a renewal of a consent. */
export async function renew(broker: Reached, id: string, body: object = {}): Promise<Started> {
  return started(await call(broker, `POST /v1/consents/${id}/authorizations`, { body }))
}

function started({ status, body, text }: Awaited<ReturnType<typeof call>>): Started {
  if (status !== 201) throw new Error(`not started: ${status} ${text}`)
  return { id: body.consent.id, url: body.authorization_url }
}

export interface Walked extends Started {
  /** What the callback answered. */
  readonly page: Page
  readonly browser: ReturnType<typeof createBrowser>
}

/** Starts a consent and walks it as a customer in a browser of their own. */
export async function walk(
  broker: Reached,
  body: object = {},
  options: WalkOptions = { iban: ACCOUNTS[0] },
): Promise<Walked> {
  const begun = await start(broker, body)
  const browser = createBrowser()
  return { ...begun, browser, page: await browser.consent(begun.url, options) }
}

/** A consent that is active, its account learned. */
export async function activate(broker: Reached, body: object = {}, options?: WalkOptions): Promise<string> {
  const { id } = await walk(broker, body, options)
  await waitFor('the account to be learned', async () => (await getConsent(broker, id)).account)
  return id
}
