import pg from 'pg'
import type t from 'tap'
import type { WalkOptions } from '../../src/practice-bank/index.ts'
import { call } from '../support/api.ts'
import type { CallerName, TestBroker } from '../support/broker.ts'
import { createBrowser, type Page } from '../support/browser.ts'
import { waitFor } from '../support/wait-for.ts'

type Test = Pick<typeof t, 'teardown'>
type Reached = Pick<TestBroker, 'internalUrl'>

export const SCOPES = ['psd2:account:balance:read', 'psd2:account:details:read']
/** Of the one origin in RETURN_URL_ORIGINS; with a query of its own, which must survive. */
export const RETURN_URL = 'http://127.0.0.1:9/done?order=7'
/** The accounts of the practice customer who has two. */
export const ACCOUNTS = ['NL12ABNA9999876523', 'NL62ABNA9999841479'] as const
const ONE_ACCOUNT = ACCOUNTS[0]

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

/** Starts a consent and walks it in a browser of its own; resolves what the callback showed. */
export async function walk(
  broker: Reached,
  body: object = {},
  options: WalkOptions = { iban: ONE_ACCOUNT },
): Promise<Started & { page: Page; browser: ReturnType<typeof createBrowser> }> {
  const begun = await start(broker, body)
  const browser = createBrowser()
  return { ...begun, browser, page: await browser.consent(begun.url, options) }
}

/** A consent that is active, its account learned. */
export async function activate(broker: Reached, body: object = {}): Promise<string> {
  const { id } = await walk(broker, body)
  await waitFor('the account to be learned', async () => (await consentOf(broker, id)).account)
  return id
}

/** Renews a consent in a browser of its own. */
export async function walkRenewal(broker: Reached, id: string, iban: string = ONE_ACCOUNT): Promise<Page> {
  return createBrowser().consent((await renew(broker, id)).url, { iban })
}

/** The consent as operations see it. */
export async function consentOf(broker: Reached, id: string) {
  return (await call(broker, `GET /v1/consents/${id}`, { as: 'ops' })).body
}

/** Status and reason, as one word. */
export async function statusOf(broker: Reached, id: string): Promise<string> {
  const { status, status_reason } = await consentOf(broker, id)
  return status_reason === null ? status : `${status}/${status_reason}`
}

/** The types of a consent's events, oldest first, with their reason. */
export async function eventsOf(broker: Reached, id: string): Promise<string[]> {
  const { body } = await call(broker, `GET /v1/consents/${id}/events`, { as: 'ops' })
  const items: { type: string; detail: { reason?: string; error?: string } }[] = body.items
  return items
    .map(({ type, detail }) => [type, detail.reason ?? detail.error].filter(Boolean).join(' '))
    .reverse()
}

/** Asks for a token; resolves the status, and the code of the problem where it is one. */
export async function tokenOf(broker: Reached, id: string) {
  const { status, body } = await call(broker, `POST /v1/consents/${id}/token`, { body: {} })
  return { status, code: body.code, token: body.access_token }
}

/** The heading of a page. */
export function headingOf({ text }: Page): string {
  return /<h1>(.*?)<\/h1>/.exec(text)?.[1] ?? text.slice(0, 200)
}

/** Looks at a page as its browser does: again, until it shows more than progress. */
export async function result(look: () => Promise<Page>): Promise<Page> {
  return waitFor('the result', async () => {
    const page = await look()
    return headingOf(page) === 'One moment, please' ? null : page
  })
}

/** The query parameters of a redirect. */
export function parametersOf({ location }: Page): Record<string, string> {
  return location === null ? {} : Object.fromEntries(new URL(location).searchParams)
}

/** A connection to look into the database, and to move its clocks. */
export async function connect(t: Test, url: string) {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  t.teardown(() => client.end())
  return async (text: string, values: unknown[] = []) => (await client.query(text, values)).rows
}
