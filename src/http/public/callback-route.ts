import type { CallbackResult } from '../../core/callback-result.ts'
import { Secret } from '../../core/secret.ts'
import type { App } from '../app.ts'
import type { PageKind } from '../pages/index.ts'
import { answerPage } from './answer-page.ts'
import { readBindingCookie } from './cookie.ts'
import type { PublicOptions } from './options.ts'

/** The way back from the bank (RFC 6749 section 4.1.2). */
export function callbackRoute(app: App, { broker, callbackPath, secure }: PublicOptions): void {
  // A code lives for a minute, and comes once.
  const config = { shedding: 'last' } as const
  app.get<{ Querystring: Record<string, unknown> }>(callbackPath, { config }, async (request, reply) => {
    const { state, code, error } = isDoubled(request.query) ? {} : request.query
    const result = await broker.receiveCallback({
      state: secretOf(state),
      code: secretOf(code),
      error: textOf(error),
      cookieOf: (stateDigest) => readBindingCookie(request, stateDigest, secure),
    })
    if (result.kind === 'result' && result.returnTo !== null) return reply.redirect(result.returnTo, 302)
    return answerPage(request, reply, pageOf(result))
  })
}

function pageOf(result: CallbackResult): PageKind {
  return result.kind === 'result' ? result.result : result.kind
}

/** No parameter may come twice (RFC 6749 section 3.1): which of them the bank meant can't be told. */
function isDoubled(query: Record<string, unknown>): boolean {
  return [query.state, query.code, query.error].some(Array.isArray)
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}

function secretOf(value: unknown): Secret | null {
  const text = textOf(value)
  return text === null ? null : new Secret(text)
}
