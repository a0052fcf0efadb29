import { errorOf, parseJson, TokenBrokerError } from './errors.ts'
import { OPERATIONS } from './operations.ts'
import type { Answer, Input, Operation } from './types.ts'

export interface TransportOptions {
  /** Where the broker's internal listener is; `https`, or `http` on a loopback host. */
  readonly baseUrl: string
  /** The caller's key, or what gives it or a JWT; asked before each call. */
  readonly key: string | (() => string | Promise<string>)
  /** The key may go over `http` to other hosts as well: something else encrypts there. */
  readonly allowPlainHttp?: boolean
  /** Such as one with a client certificate; the global one when left out. */
  readonly fetch?: typeof globalThis.fetch
  /** Sent with each request, such as `traceparent`; asked each time. */
  readonly headers?: () => Readonly<Record<string, string>>
  /** How long an answer may take; 30 seconds when left out, which is more than the broker's `BANK_TIMEOUT`. */
  readonly timeoutMs?: number
}

/** Makes one call; raises TokenBrokerError, or what the signal was aborted with. */
export type Call = <Op extends Operation>(operation: Op, input: Input<Op>) => Promise<Answer<Op>>

/** What an input has at run time, whatever its operation. */
interface AnyInput {
  readonly path?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, unknown>>
  readonly header?: Readonly<Record<string, unknown>>
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal | undefined
}

const TIMEOUT_MS = 30_000

export function createCall(options: TransportOptions): Call {
  const base = readBase(options)

  async function send(operation: Operation, input: AnyInput, headers: Headers): Promise<Response> {
    const [method = 'GET', path = '/'] = OPERATIONS[operation].split(' ')
    const { fetch = globalThis.fetch, timeoutMs = TIMEOUT_MS } = options
    const timeout = AbortSignal.timeout(timeoutMs)
    return fetch(`${base}${fillPath(path, input.path)}${queryOf(input.query)}`, {
      method,
      headers,
      signal: input.signal === undefined ? timeout : AbortSignal.any([input.signal, timeout]),
      // A redirect would take the key elsewhere: it is an answer like another, and none of the broker's.
      redirect: 'manual',
      ...(input.body === undefined ? {} : { body: JSON.stringify(input.body) }),
    })
  }

  async function exchange(operation: Operation, input: AnyInput): Promise<[Response, string]> {
    const headers = await headersOf(options, input)
    try {
      const response = await send(operation, input, headers)
      return [response, await response.text()]
    } catch (cause) {
      if (input.signal?.aborted === true) throw input.signal.reason
      throw new TokenBrokerError('unreachable', 'No answer came from the broker.', { cause })
    }
  }

  return async (operation, input) => {
    const [response, text] = await exchange(operation, input as AnyInput)
    if (!response.ok) throw errorOf(response, text)
    return readAnswer(operation, response, text)
  }
}

// biome-ignore lint/suspicious/noExplicitAny: what the document says is answered, which the broker's tests hold it to
function readAnswer(operation: Operation, response: Response, text: string): any {
  if (response.status === 204) return undefined
  // The one answer that is no JSON.
  if (operation === 'getMetrics') return text
  const answer = parseJson(text)
  if (answer === undefined) throw errorOf(response, text)
  return answer
}

function readBase({ baseUrl, allowPlainHttp = false }: TransportOptions): string {
  const { protocol, hostname, username, search, hash } = new URL(baseUrl)
  const isLoopback = hostname === 'localhost' || hostname === '[::1]' || /^127\.[\d.]+$/.test(hostname)
  const isPlain = protocol === 'http:' && (isLoopback || allowPlainHttp)
  if (username !== '' || !(protocol === 'https:' || isPlain))
    throw new TypeError('baseUrl must be https, or http on a loopback host or with allowPlainHttp')
  if (search !== '' || hash !== '') throw new TypeError('baseUrl must end before any ? and #')
  return baseUrl.replace(/\/+$/, '')
}

async function headersOf({ key, headers }: TransportOptions, input: AnyInput): Promise<Headers> {
  const all = new Headers({ ...headers?.(), ...input.headers })
  for (const [name, value] of Object.entries(input.header ?? {}))
    if (value !== undefined) all.set(name, String(value))
  all.set('accept', 'application/json')
  if (input.body !== undefined) all.set('content-type', 'application/json')
  all.set('authorization', `Bearer ${usable(typeof key === 'string' ? key : await key())}`)
  return all
}

/** Fetch itself would quote the key in its error. */
function usable(key: string): string {
  if (/^[\x21-\x7e]+$/.test(key)) return key
  throw new TypeError('the key is empty, or holds a space, a line break or a character beyond ASCII')
}

function fillPath(template: string, values: AnyInput['path'] = {}): string {
  return template.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(values[name] ?? ''))
}

function queryOf(query: AnyInput['query'] = {}): string {
  const given = Object.entries(query).flatMap(([name, value]) =>
    [value].flat().flatMap((one) => (one === undefined ? [] : [[name, String(one)] as [string, string]])),
  )
  return given.length === 0 ? '' : `?${new URLSearchParams(given)}`
}
