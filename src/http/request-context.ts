import { AsyncLocalStorage } from 'node:async_hooks'

const current = new AsyncLocalStorage<string>()

/** Does work for a request: what is logged of it, anywhere, carries the request's id. */
export function withinRequest<T>(requestId: string, work: () => T): T {
  return current.run(requestId, work)
}

/** The request that what runs now was begun for. */
export function currentRequestId(): string | undefined {
  return current.getStore()
}
