import type { IncomingHttpHeaders } from 'node:http'
import { Secret } from '../../core/secret.ts'
import type { StartLinkResult } from '../../core/start-link.ts'
import type { App } from '../app.ts'
import type { PageKind } from '../pages/index.ts'
import { answerPage } from './answer-page.ts'
import { setBindingCookie } from './cookie.ts'
import type { PublicOptions } from './options.ts'

/** The start link: on to the bank, or a page that says why not. */
export function startRoute(app: App, { broker, secure }: PublicOptions): void {
  app.get<{ Params: { ticket: string } }>('/start/:ticket', async (request, reply) => {
    if (isPrefetch(request.headers)) return answerPage(request, reply, 'unavailable')
    const result = await broker.openStartLink(new Secret(request.params.ticket))
    if (result.kind !== 'to_bank') return answerPage(request, reply, pageOf(result))
    setBindingCookie(reply, result, secure)
    return reply.redirect(result.url, 302)
  })
}

/**
 * Nobody looks at what is fetched ahead (`Sec-Purpose` of the Fetch standard): it begins nothing, and as an error it is
 * dropped, so that the browser asks again when its customer does come.
 */
function isPrefetch(headers: IncomingHttpHeaders): boolean {
  return ['sec-purpose', 'purpose', 'x-purpose', 'x-moz'].some((name) =>
    /prefetch|prerender|preview/i.test(String(headers[name] ?? '')),
  )
}

function pageOf(result: Exclude<StartLinkResult, { kind: 'to_bank' }>): PageKind {
  return result.kind === 'result' ? result.result : result.kind
}
