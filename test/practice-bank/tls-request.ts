import { type RequestOptions, request } from 'node:https'

/** What a client that speaks TLS holds: whom it trusts, and its own certificate. */
export type Identity = Pick<RequestOptions, 'ca' | 'cert' | 'key' | 'maxVersion'>

export interface TlsAnswer {
  readonly status: number | undefined
  readonly body: string
  readonly setCookie: string | undefined
}

/** Sends a form, or asks without one; rejects where the handshake or the connection fails. */
export function ask(url: string, identity: Identity, form?: Record<string, string>): Promise<TlsAnswer> {
  const method = form === undefined ? 'GET' : 'POST'
  const headers = form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }
  return new Promise((resolve, reject) => {
    const asked = request(url, { ...identity, method, headers, agent: false }, async (response) => {
      const chunks = await response.toArray().catch(reject)
      const setCookie = response.headers['set-cookie']?.[0]
      if (chunks) resolve({ status: response.statusCode, body: Buffer.concat(chunks).toString(), setCookie })
    })
    asked.on('error', reject).end(form === undefined ? '' : new URLSearchParams(form).toString())
  })
}
