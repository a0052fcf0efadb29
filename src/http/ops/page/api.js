/** @import { Problem } from '../types.ts' */

const TIMEOUT_MS = 15_000

/** Lives in the memory of this page and nowhere else: no storage, no cookie, no URL. */
let key = ''

/** @param {string} given */
export function useKey(given) {
  key = given
}

export function hasKey() {
  return key !== ''
}

/** The broker said no; or nothing at all, where `code` is `unreachable`. */
export class ApiError extends Error {
  /**
   * @param {{ status: number, code: string, detail: string, retryAfterMs?: number }} problem
   */
  constructor({ status, code, detail, retryAfterMs = 0 }) {
    super(detail)
    this.name = 'ApiError'
    this.status = status
    this.code = code
    this.retryAfterMs = retryAfterMs
  }

  /** Whether the same may work later on. */
  get isPassing() {
    return this.status === 0 || this.status === 429 || this.status >= 500
  }
}

/**
 * @typedef {object} CallOptions
 * @property {Record<string, string | number | null | undefined>} [query] what is empty is left out
 * @property {object} [body]
 * @property {AbortSignal} [signal]
 */

/**
 * Calls the API beside this page; raises an `ApiError` for every answer but a good one.
 * @param {string} route a method and a path relative to the API's root, as in `GET v1/status`
 * @param {CallOptions} [options]
 * @returns {Promise<any>}
 */
export async function call(route, { query = {}, body, signal } = {}) {
  const [method = 'GET', path = ''] = route.split(' ')
  const url = new URL(path, document.baseURI)
  url.hash = ''
  for (const [name, value] of Object.entries(query))
    if (value !== null && value !== undefined && value !== '') url.searchParams.set(name, String(value))
  const response = await reach(url, { method, signal: withTimeout(signal), ...sent(body) }, signal)
  if (!response.ok) throw await refused(response)
  return response.status === 204 ? null : response.json()
}

/** @param {object | undefined} body */
function sent(body) {
  const headers = { accept: 'application/json', authorization: `Bearer ${key}` }
  if (body === undefined) return { headers }
  return { headers: { ...headers, 'content-type': 'application/json' }, body: JSON.stringify(body) }
}

/** @param {AbortSignal | undefined} signal */
function withTimeout(signal) {
  const timeout = AbortSignal.timeout(TIMEOUT_MS)
  return signal === undefined ? timeout : AbortSignal.any([signal, timeout])
}

/**
 * @param {URL} url
 * @param {RequestInit} request
 * @param {AbortSignal} [signal]
 */
async function reach(url, request, signal) {
  try {
    // With `omit` a browser shows no client certificate either (Fetch, "credentials"); cookies there are none.
    return await fetch(url, { ...request, credentials: 'same-origin', cache: 'no-store', redirect: 'error' })
  } catch (error) {
    if (signal?.aborted) throw error
    throw new ApiError({ status: 0, code: 'unreachable', detail: 'The broker does not answer.' })
  }
}

/** @param {Response} response */
async function refused(response) {
  /** @type {Partial<Problem>} */
  const problem = await response.json().catch(() => ({}))
  return new ApiError({
    status: response.status,
    code: problem.code ?? 'unknown',
    detail: problem.detail ?? `The broker answered ${response.status}.`,
    retryAfterMs: Number(response.headers.get('retry-after') ?? 0) * 1000,
  })
}
