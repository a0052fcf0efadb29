import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import type tap from 'tap'

export interface Provider {
  /** Where its keys are. */
  readonly url: string
  /** How often it was asked for them. */
  fetches(): number
  /** Gives these keys from here on. */
  give(...keys: readonly object[]): void
  /** Answers with something else from here on. */
  answer(listener: RequestListener): void
}

/** An identity provider's key endpoint, over real HTTP. */
export async function startProvider(t: Pick<typeof tap, 'teardown'>, port = 0): Promise<Provider> {
  let count = 0
  let listener: RequestListener = (_request, response) => response.writeHead(503).end()
  const server = createServer((request, response) => {
    count += 1
    listener(request, response)
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  const answer = (changed: RequestListener) => {
    listener = changed
  }
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks`,
    fetches: () => count,
    answer,
    give: (...keys) =>
      answer((_request, response) => {
        response.writeHead(200, { 'content-type': 'application/jwk-set+json' })
        response.end(JSON.stringify({ keys }))
      }),
  }
}
