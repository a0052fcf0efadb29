import { type IncomingHttpHeaders, request as overHttp } from 'node:http'
import { request as overHttps } from 'node:https'
import { API_HEADERS } from '../http/security-headers.ts'

export interface Listening {
  readonly host: string
  readonly port: number
  readonly isTls: boolean
  readonly timeoutMs: number
}

/** Tells whether what listens at a port is a broker, by the headers that it puts on every answer. */
export function whoListens({ host, port, isTls, timeoutMs }: Listening): Promise<'token-broker' | 'other'> {
  const { promise, resolve } = Promise.withResolvers<'token-broker' | 'other'>()
  // What listens at every address is asked at loopback.
  const hostname = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host
  const options = { hostname, port, path: '/livez', timeout: timeoutMs }
  // The certificate is for the name that callers use; nothing is sent but the question.
  const request = isTls ? overHttps({ ...options, rejectUnauthorized: false }) : overHttp(options)
  request.on('response', (answer) => {
    resolve(isOurs(answer.headers) ? 'token-broker' : 'other')
    answer.destroy()
  })
  request.on('timeout', () => request.destroy())
  request.on('error', () => resolve('other'))
  request.on('close', () => resolve('other'))
  request.end()
  return promise
}

/** The policy of pages is another than the API's. */
const { 'content-security-policy': _, ...OURS } = API_HEADERS

function isOurs(headers: IncomingHttpHeaders): boolean {
  return Object.entries(OURS).every(([name, value]) => headers[name] === value)
}
