import { findCustomer, findHolder } from './customers.ts'

/** Who the customer is and what they do. */
export interface WalkOptions {
  /** A practice customer's id; by default the holder of `iban`, else `one-account`. */
  customer?: string
  /** The code to log on with; by default the customer's own. */
  code?: string
  /** The account to choose; by default the first one shown. */
  iban?: string
  decision?: 'authorise' | 'cancel'
  /** In place of the global `fetch`, e.g. one that trusts the bank's certificate. */
  fetch?: typeof fetch
}

interface Walker {
  readonly options: WalkOptions
  readonly redirectUri: string
  cookie: string
}

interface Visit {
  readonly url: string
  readonly form?: Record<string, string>
}

/**
 * Walks the consent application from the bank's authorization URL as a customer would.
 * @returns the callback URL, not followed
 * @throws when the bank shows a page instead of going on
 */
export async function walkConsent(authorizationUrl: string, options: WalkOptions = {}): Promise<string> {
  const redirectUri = new URL(authorizationUrl).searchParams.get('redirect_uri') ?? ''
  const walker: Walker = { options, redirectUri, cookie: '' }
  let visit: Visit = { url: authorizationUrl }
  for (;;) {
    const response = await go(walker, visit)
    const location = response.headers.get('location')
    if (location?.startsWith(redirectUri)) return location
    visit = location === null ? await fillIn(walker, response) : { url: new URL(location, visit.url).href }
  }
}

async function go(walker: Walker, { url, form }: Visit): Promise<Response> {
  const fetchPage = walker.options.fetch ?? fetch
  const headers: Record<string, string> = walker.cookie === '' ? {} : { cookie: walker.cookie }
  const post = form === undefined ? {} : { method: 'POST', body: new URLSearchParams(form) }
  const response = await fetchPage(url, { headers, redirect: 'manual', ...post })
  const [cookie] = response.headers.getSetCookie()
  if (cookie !== undefined) walker.cookie = cookie.split(';', 1)[0] ?? ''
  return response
}

async function fillIn({ options }: Walker, response: Response): Promise<Visit> {
  const page = await response.text()
  const action = firstGroup(page, /<form id="[^"]+" method="post" action="([^"]+)"/)
  const title = firstGroup(page, /<h1>([^<]*)/)
  if (action === undefined || page.includes('role="alert"')) {
    throw new Error(
      `The consent application would not go on: ${title ?? page.slice(0, 200)} (${response.status})`,
    )
  }
  return {
    url: new URL(action, response.url).href,
    form: { page: firstGroup(page, /name="page" value="([^"]*)"/) ?? '', ...answersTo(page, options) },
  }
}

function answersTo(page: string, options: WalkOptions) {
  const { iban, decision = 'authorise' } = options
  if (decision === 'cancel') return { decision }
  if (page.includes('name="customer"')) return { ...logOnOf(options), decision: 'continue' }
  if (page.includes('name="iban"')) {
    return { iban: iban ?? firstGroup(page, /name="iban" value="([^"]+)"/) ?? '', decision: 'continue' }
  }
  return { decision }
}

function logOnOf({ iban, customer, code }: WalkOptions) {
  const id = customer ?? (iban && findHolder(iban)?.id) ?? 'one-account'
  return { customer: id, code: code ?? findCustomer(id)?.code ?? '' }
}

function firstGroup(text: string, pattern: RegExp): string | undefined {
  return pattern.exec(text)?.[1]
}
