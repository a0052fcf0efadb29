import { walkConsent } from '../practice-bank/index.ts'

/** A page as the customer's browser got it. */
export interface Page {
  readonly status: number
  readonly location: string | null
  readonly text: string
}

/** Makes a customer's browser: it keeps the broker's cookies, and follows nothing by itself. */
export function createBrowser(fetchPage: typeof fetch) {
  const cookies = new Map<string, string>()

  async function open(url: string): Promise<Page> {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const headers: Record<string, string> = cookie === '' ? {} : { cookie }
    const response = await fetchPage(url, { redirect: 'manual', headers })
    for (const line of response.headers.getSetCookie()) keep(line)
    return {
      status: response.status,
      location: response.headers.get('location'),
      text: await response.text(),
    }
  }

  function keep(line: string): void {
    const [pair = ''] = line.split(';')
    const [name = '', ...value] = pair.split('=')
    cookies.set(name, value.join('='))
  }

  /** Goes the whole way: start link, bank, consent application, callback. */
  async function giveConsent(startUrl: string, iban: string): Promise<void> {
    const { location, status } = await open(startUrl)
    if (location === null) throw new Error(`the start link answered ${status} and did not lead to the bank`)
    const callback = await open(await walkConsent(location, { iban, fetch: fetchPage }))
    if (callback.status !== 200) throw new Error(`the callback answered ${callback.status}`)
  }

  return { giveConsent }
}
