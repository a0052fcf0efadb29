import type { createBrowser, Page } from '../support/browser.ts'

type Browser = Pick<ReturnType<typeof createBrowser>, 'open'>

interface Visit {
  readonly url: string
  readonly form?: Record<string, string>
}

/** Goes from a start link through oidc-provider's own login and consent pages; resolves what the callback answered. */
export async function consentAtOidc(browser: Browser, startUrl: string): Promise<Page> {
  const { location } = await browser.open(startUrl)
  if (location === null) throw new Error('the start link did not lead to the bank')
  const redirectUri = new URL(location).searchParams.get('redirect_uri') ?? ''
  return browser.open(await walkOidc(location, redirectUri))
}

async function walkOidc(authorizationUrl: string, redirectUri: string): Promise<string> {
  const cookies = new Map<string, string>()
  let visit: Visit = { url: authorizationUrl }
  for (;;) {
    const response = await go(visit, cookies)
    const location = response.headers.get('location')
    if (location?.startsWith(redirectUri)) return location
    visit = location === null ? await fillIn(response) : { url: new URL(location, visit.url).href }
  }
}

async function go({ url, form }: Visit, cookies: Map<string, string>): Promise<Response> {
  const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  const post = form === undefined ? {} : { method: 'POST', body: new URLSearchParams(form) }
  const response = await fetch(url, { redirect: 'manual', headers: { cookie }, ...post })
  for (const line of response.headers.getSetCookie()) {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
    cookies.set(name, value)
  }
  return response
}

async function fillIn(response: Response): Promise<Visit> {
  const page = await response.text()
  const [, action] = /<form[^>]* action="([^"]+)"/.exec(page) ?? []
  const [, prompt] = /name="prompt" value="([^"]+)"/.exec(page) ?? []
  if (action === undefined || prompt === undefined) {
    throw new Error(`oidc-provider would not go on (${response.status}): ${page.slice(0, 2000)}`)
  }
  const answers = prompt === 'login' ? { login: 'customer-1', password: 'any' } : {}
  return { url: new URL(action, response.url).href, form: { prompt, ...answers } }
}
