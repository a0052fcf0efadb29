import { readConnection } from './connection.ts'
import { Failure, type Problem, Refused } from './errors.ts'
import type { Io } from './io.ts'
import { harmless } from './printable.ts'
import { createTransport, type Received } from './transport.ts'

/** What is put behind a path; what is undefined is left out. */
export type Query = Readonly<Record<string, string | number | undefined>>

export interface Page<Item> {
  readonly items: readonly Item[]
  readonly next_cursor: string | null
}

export interface Api {
  /** Raises Refused where the broker says no, Failure where it cannot be asked. */
  get<T>(path: string, query?: Query): Promise<T>
  send<T>(method: 'POST' | 'DELETE', path: string, body?: object): Promise<T>
}

const LARGEST_PAGE = 200

/** Calls the broker that the environment names, while `work` lasts. */
export async function withApi<T>(io: Io, work: (api: Api) => Promise<T>): Promise<T> {
  const connection = readConnection(io.env)
  const transport = createTransport(connection, io.signal)
  const headers = { accept: 'application/json', authorization: `Bearer ${connection.key.reveal()}` }
  const written = { ...headers, 'content-type': 'application/json' }
  try {
    return await work({
      get: async (path, query = {}) =>
        read(await transport.send({ method: 'GET', path: path + searchOf(query), headers, body: null })),
      send: async (method, path, body) =>
        read(
          body === undefined
            ? await transport.send({
                method,
                path,
                headers: { ...headers, 'content-length': '0' },
                body: null,
              })
            : await transport.send({
                method,
                path,
                headers: withLength(written, body),
                body: JSON.stringify(body),
              }),
        ),
    })
  } finally {
    transport.close()
  }
}

function withLength(headers: Readonly<Record<string, string>>, body: object) {
  return { ...headers, 'content-length': String(Buffer.byteLength(JSON.stringify(body))) }
}

/** Follows the cursors of a list, page by page, until `limit` items are there. */
export async function* pagesOf<Item>(api: Api, path: string, query: Query & { readonly limit: number }) {
  let [left, cursor]: [number, string | undefined] = [query.limit, undefined]
  while (left > 0) {
    const limit = Math.min(left, LARGEST_PAGE)
    const { items, next_cursor }: Page<Item> = await api.get(path, { ...query, limit, cursor })
    yield { items, isLast: next_cursor === null }
    left -= items.length
    if (next_cursor === null) return
    cursor = next_cursor
  }
}

function searchOf(query: Query): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) search.set(name, String(value))
  }
  return search.size === 0 ? '' : `?${search}`
}

function read<T>({ status, contentType, retryAfter, text }: Received): T {
  const body = parse(text)
  if (status === 204) return undefined as T
  if (status >= 200 && status < 300 && typeof body === 'object' && body !== null) return body as T
  if (isProblem(body))
    throw new Refused({ ...body, status }, /^\d+$/.test(retryAfter ?? '') ? Number(retryAfter) : null)
  const kind = harmless(contentType.slice(0, 60))
  throw new Failure(
    `What answers at TOKEN_BROKER_URL is not token-broker: status ${status}, ${kind || 'no content type'}.`,
  )
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

function isProblem(body: unknown): body is Problem {
  const { code, detail, request_id } = (body ?? {}) as Partial<Record<keyof Problem, unknown>>
  return [code, detail, request_id].every((member) => typeof member === 'string')
}
