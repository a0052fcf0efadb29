import { Agent, fetch as fetchWith } from 'undici'

/** Makes a `fetch` that trusts one authority, and the way to end its connections. */
export function trustingFetch(ca: string): { fetch: typeof fetch; close: () => Promise<void> } {
  const agent = new Agent({ connect: { ca } })
  const trusting = (input: unknown, init?: object) =>
    fetchWith(input as string, { ...init, dispatcher: agent } as never)
  return { fetch: trusting as unknown as typeof fetch, close: () => agent.close() }
}
