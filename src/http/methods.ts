import http from 'node:http'
import type { App } from './app.ts'
import { HttpError } from './problem.ts'

/** All that Node's parser knows, save CONNECT, which asks for a tunnel and never becomes a request. */
const METHODS = http.METHODS.filter((method) => method !== 'CONNECT')

/** Has the router know every method, so that what a path does not take is refused by us. */
export function knowEveryMethod(app: App): void {
  for (const method of METHODS) {
    if (!app.supportedMethods.includes(method)) app.addHttpMethod(method)
  }
}

/**
 * Answers the methods a path does not take with 405 and `Allow` (RFC 9110 section 15.5.6). To be called before
 * the routes are added; what it returns, after.
 */
export function refuseOtherMethods(app: App): () => void {
  const taken = new Map<string, Set<string>>()
  let listening = true
  app.addHook('onRoute', ({ url, method }) => {
    if (!listening) return
    const methods = taken.get(url) ?? new Set()
    for (const name of [method].flat()) methods.add(name)
    taken.set(url, methods)
  })
  return () => {
    listening = false
    for (const [url, methods] of taken) refuseAllBut(app, url, methods)
  }
}

function refuseAllBut(app: App, url: string, taken: ReadonlySet<string>): void {
  const allow = [...taken].sort().join(', ')
  const refused = METHODS.filter((method) => !taken.has(method))
  if (refused.length === 0) return
  app.route({
    url,
    method: refused,
    schema: { hide: true },
    onRequest: async () => {
      throw new HttpError('method_not_allowed', `This path takes ${allow}.`, { headers: { allow } })
    },
    handler: () => {},
  })
}
