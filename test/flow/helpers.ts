import { ACCOUNTS, renew } from '../support/authorize.ts'
import type { TestBroker } from '../support/broker.ts'
import { createBrowser, type Page } from '../support/browser.ts'
import { eventsOf as allEventsOf, getConsent, getToken } from '../support/consents.ts'
import type { Sql } from '../support/sql.ts'
import { waitFor } from '../support/wait-for.ts'

type Reached = Pick<TestBroker, 'internalUrl'>

/** Of the one origin in RETURN_URL_ORIGINS; with a query of its own, which must survive. */
export const RETURN_URL = 'http://127.0.0.1:9/done?order=7'

/** For a fault: the requests that exchange a code. */
export const EXCHANGE = { endpoint: 'token', grantType: 'authorization_code' } as const

/** The number of the chain a consent lives on. */
export async function chainOf(sql: Sql, id: string): Promise<number> {
  const [{ chain }] = await sql('select chain from consent_tokens where consent_id = $1', [id])
  return chain
}

/** Renews a consent in a browser of its own. */
export async function walkRenewal(broker: Reached, id: string, iban: string = ACCOUNTS[0]): Promise<Page> {
  return createBrowser().consent((await renew(broker, id)).url, { iban })
}

/** Status and reason, as one word. */
export async function statusOf(broker: Reached, id: string): Promise<string> {
  const { status, status_reason } = await getConsent(broker, id)
  return status_reason === null ? status : `${status}/${status_reason}`
}

/** The types of a consent's events, oldest first, with their reason. */
export async function eventsOf(broker: Reached, id: string): Promise<string[]> {
  const events = await allEventsOf(broker, id)
  return events.map(({ type, detail }) => [type, detail.reason ?? detail.error].filter(Boolean).join(' '))
}

/** Asks for a token; resolves the status, and the code of the problem where it is one. */
export async function tokenOf(broker: Reached, id: string) {
  const { status, body } = await getToken(broker, id)
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
