import { type Asked, createTokens } from './tokens.ts'
import { createCall, type TransportOptions } from './transport.ts'
import type { Answer, Input, Operation } from './types.ts'
import { unlessAborted } from './unless-aborted.ts'

export interface ClientOptions extends TransportOptions {
  /** How many seconds a token must still live to be given; 30 when left out. */
  readonly minValiditySeconds?: number
  /** How long a token is remembered, at most; 60 seconds when left out, 0 asks each time. */
  readonly keepForMs?: number
  /** How many consents' tokens are remembered; 1,000 when left out. */
  readonly maxEntries?: number
  /** Milliseconds of a clock that is never set; `performance.now` when left out. */
  readonly now?: () => number
}

export interface TokenWish {
  /** How many seconds the token must still live, where the bank can still give one. */
  readonly minValiditySeconds?: number
  /** Stops this wait; others who wait for the same token go on. */
  readonly signal?: AbortSignal
}

export interface Client {
  /** Gives a live access token of a consent: one remembered, or the broker's. */
  getAccessToken(consentId: string, wish?: TokenWish): Promise<string>
  /** Gives another access token in the place of one that the bank answered 401 to. */
  replaceAccessToken(consentId: string, rejected: string, wish?: Pick<TokenWish, 'signal'>): Promise<string>
  /**
   * Calls the bank by `call`, and once more with another token where that is answered 401. Give a `call` that
   * may be made twice.
   */
  withToken<R extends { readonly status: number }>(
    consentId: string,
    call: (accessToken: string) => Promise<R>,
  ): Promise<R>
  /**
   * The same with `fetch`; the `signal` of `init` stops all of it. A body that can be read only once is sent only
   * once, and its 401 given back.
   */
  fetchWithToken(consentId: string, url: string | URL, init?: RequestInit): Promise<Response>
  /** Makes any call of the API, by its `operationId`. */
  call<Op extends Operation>(operation: Op, ...input: InputOf<Op>): Promise<Answer<Op>>
}

/** An input that need not hold anything may be left out. */
type InputOf<Op extends Operation> = object extends Input<Op> ? [input?: Input<Op>] : [input: Input<Op>]

const MIN_VALIDITY_SECONDS = 30
const KEEP_FOR_MS = 60_000
const MAX_ENTRIES = 1_000
const UNAUTHORIZED = 401

/** Makes a client of one broker for one caller. It holds nothing that must be closed. */
export function createClient(options: ClientOptions): Client {
  const call = createCall(options)
  const { minValiditySeconds: usualSeconds = MIN_VALIDITY_SECONDS } = options
  const tokens = createTokens({
    ask: (id: string, body: Asked) => call('getToken', { path: { id }, body }),
    now: options.now ?? (() => performance.now()),
    maxEntries: options.maxEntries ?? MAX_ENTRIES,
    keepForMs: options.keepForMs ?? KEEP_FOR_MS,
  })

  async function getAccessToken(consentId: string, wish: TokenWish = {}): Promise<string> {
    const { minValiditySeconds = usualSeconds, signal } = wish
    return unlessAborted(signal, () => tokens.get(consentId, minValiditySeconds))
  }

  async function withToken<R extends { readonly status: number }>(
    consentId: string,
    use: (accessToken: string) => Promise<R>,
    isRepeatable = true,
  ): Promise<R> {
    const token = await tokens.get(consentId, usualSeconds)
    const answer = await use(token)
    if (answer.status !== UNAUTHORIZED) return answer
    const replaced = tokens.replace(consentId, token)
    if (!isRepeatable)
      return replaced.then(
        () => answer,
        () => answer,
      )
    // Once, whatever it comes to: a bank that takes no token would be asked for ever.
    const other = await replaced.catch(async (error) => {
      await letGo(answer)
      throw error
    })
    if (other === token) return answer
    await letGo(answer)
    return use(other)
  }

  async function fetchWithToken(consentId: string, url: string | URL, init: RequestInit = {}) {
    const fetchBank = (accessToken: string) => {
      const headers = new Headers(init.headers)
      headers.set('authorization', `Bearer ${accessToken}`)
      return fetch(url, { ...init, headers })
    }
    const call = () => withToken(consentId, fetchBank, !isReadOnce(init.body))
    return unlessAborted(init.signal ?? undefined, call)
  }

  return Object.freeze({
    getAccessToken,
    replaceAccessToken: async (consentId: string, rejected: string, { signal }: TokenWish = {}) =>
      unlessAborted(signal, () => tokens.replace(consentId, rejected)),
    withToken: <R extends { readonly status: number }>(id: string, use: (token: string) => Promise<R>) =>
      withToken(id, use),
    fetchWithToken,
    call: <Op extends Operation>(operation: Op, ...[input]: InputOf<Op>) =>
      call(operation, (input ?? {}) as Input<Op>),
  })
}

/** Frees the connection of an answer that nobody will read. Each `fetch` has a class of its own for it. */
async function letGo(answer: { readonly status: number; readonly body?: unknown }): Promise<void> {
  if (answer.body instanceof ReadableStream && !answer.body.locked) await answer.body.cancel()
}

function isReadOnce(body: unknown): boolean {
  return (
    typeof body === 'object' &&
    body !== null &&
    (Symbol.asyncIterator in body || body instanceof ReadableStream)
  )
}
