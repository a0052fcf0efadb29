import { readFileSync } from 'node:fs'
import { Agent, fetch as fetchBy } from 'undici'
import { createBrowser } from '../../../src/demo/browser.ts'
import { waitFor } from '../../../test/support/wait-for.ts'

export const ACCOUNT = 'NL12ABNA9999876523'
const SCOPES = ['psd2:account:balance:read', 'psd2:account:details:read']

export interface Answer {
  readonly status: number
  // biome-ignore lint/suspicious/noExplicitAny: the proof reads what it expects, and fails where it is not there
  readonly body: any
}

/** Whoever sits at the machine: calls the API by its published port, and walks a link in a browser that trusts the bank. */
export function createDeveloper(key: string, authorityFile: string) {
  const dispatcher = new Agent({ connect: { ca: readFileSync(authorityFile, 'utf8') } })
  const fetchPage = ((url: string, init: object = {}) =>
    fetchBy(url, { ...init, dispatcher })) as unknown as typeof fetch

  async function call(port: number, route: string, body?: object): Promise<Answer> {
    const [method = '', path = ''] = route.split(' ')
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
    const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) }
    const response = await fetch(`http://127.0.0.1:${port}${path}`, init)
    const text = await response.text()
    return { status: response.status, body: text === '' ? null : JSON.parse(text) }
  }

  /** Starts a consent at a replica and gives it as a customer; resolves its id and where the link led. */
  async function giveConsent(port: number): Promise<{ id: string; link: string }> {
    const { status, body } = await call(port, 'POST /v1/consents', { scopes: SCOPES })
    if (status !== 201) throw new Error(`${status} ${JSON.stringify(body)}`)
    await createBrowser(fetchPage).giveConsent(body.authorization_url, ACCOUNT)
    const path = `GET /v1/consents/${body.consent.id}`
    await waitFor('the account', async () => (await call(port, path)).body.account)
    return { id: body.consent.id, link: body.authorization_url }
  }

  const token = (port: number, id: string, body: object = {}) =>
    call(port, `POST /v1/consents/${id}/token`, body)

  return { call, giveConsent, token, fetchPage, close: () => dispatcher.close() }
}
