import { createServer, type IncomingMessage, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Test } from 'tap'
import { type ClientOptions, createClient } from '../../openapi/client/src/index.ts'
import { KEYS, type TestBroker } from '../support/broker.ts'

/** A client whose requests to the broker are counted, and whose time is moved by hand. */
export function createCountedClient(
  { internalUrl }: Pick<TestBroker, 'internalUrl'>,
  options: Partial<ClientOptions> = {},
) {
  const asked: Record<string, unknown>[] = []
  const seen = { nowMs: 1_000, asked, headers: [] as Headers[] }
  const client = createClient({
    baseUrl: internalUrl,
    key: KEYS.ledger,
    now: () => seen.nowMs,
    ...options,
    fetch: (url, init) => {
      if (String(url).endsWith('/token')) asked.push(JSON.parse(String(init?.body)))
      seen.headers.push(new Headers(init?.headers))
      return (options.fetch ?? fetch)(url, init)
    },
  })
  return { client, seen, ...client }
}

/** Something on loopback that is no broker. */
export async function serve(t: Test, answer: RequestListener) {
  const requests: IncomingMessage[] = []
  const server = createServer((request, response) => {
    requests.push(request)
    answer(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => server.close())
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}`, requests }
}
