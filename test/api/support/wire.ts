import { Pool } from 'undici'
import type { Answered } from '../../support/contract.ts'

/** A request as it goes over the wire: nothing of it is put right by a client. */
export interface WireRequest {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string | string[]>>
  readonly body?: string | Buffer | undefined
}

export type Send = (request: WireRequest) => Promise<Answered>

/** Sends over kept connections, paths and headers as they are: a request in a third of a millisecond. */
export function connectWire(t: Pick<typeof import('tap').default, 'teardown'>, origin: string): Send {
  const pool = new Pool(origin, { connections: 16 })
  t.teardown(() => pool.close())
  return async ({ method, path, headers, body }) => {
    const answer = await pool.request({ method, path, headers, ...(body === undefined ? {} : { body }) })
    const get = (name: string) => [answer.headers[name] ?? []].flat()[0] ?? null
    return { status: answer.statusCode, headers: { get }, text: await answer.body.text() }
  }
}

/** Sends all of them, some at once, and looks at each answer. */
export async function sendAll<T extends WireRequest>(
  send: Send,
  requests: readonly T[],
  look: (request: T, answer: Answered) => void,
): Promise<void> {
  const queue = requests.values()
  const lane = async () => {
    for (const request of queue) look(request, await send(request))
  }
  await Promise.all(Array.from({ length: 16 }, lane))
}
