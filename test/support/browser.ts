import { type WalkOptions, walkConsent } from '../../src/practice-bank/index.ts'

export interface Page {
  readonly status: number
  readonly location: string | null
  readonly text: string
  readonly headers: Headers
}

/** A customer's browser: keeps cookies for the broker, follows nothing by itself. */
export function createBrowser(language = 'en') {
  const cookies = new Map<string, string>()

  async function open(url: string, method = 'GET'): Promise<Page> {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await fetch(url, {
      method,
      redirect: 'manual',
      headers: { 'accept-language': language, ...(cookie === '' ? {} : { cookie }) },
    })
    for (const line of response.headers.getSetCookie()) keep(line)
    const text = await response.text()
    return {
      status: response.status,
      location: response.headers.get('location'),
      text,
      headers: response.headers,
    }
  }

  function keep(line: string): void {
    const [name = '', value = ''] = (line.split(';')[0] ?? '').split('=')
    cookies.set(name, value)
  }

  /** Opens a start link and walks the consent application; resolves the callback's URL, not opened yet. */
  async function walk(startUrl: string, options: WalkOptions = {}): Promise<string> {
    const { location } = await open(startUrl)
    if (location === null) throw new Error('the start link did not lead to the bank')
    return walkConsent(location, options)
  }

  /** The whole way: start link, bank, callback; resolves what the callback answered. */
  async function consent(startUrl: string, options: WalkOptions = {}): Promise<Page> {
    return open(await walk(startUrl, options))
  }

  return { open, walk, consent, cookies }
}
