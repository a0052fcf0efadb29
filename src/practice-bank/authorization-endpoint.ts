import type { FastifyInstance, FastifyRequest } from 'fastify'
import { type Answer, redirect } from './answer.ts'
import { readAuthorizationRequest } from './authorization-request.ts'
import type { BankState } from './bank-state.ts'
import { errorCallback } from './callback-url.ts'
import { browserCookie, browserOf, newBrowser } from './consent/browser.ts'
import { languageOf } from './consent/language.ts'
import { renderBadRequest } from './consent/other-pages.ts'
import { serve } from './serve.ts'

/** Mounts `GET /as/authorization.oauth2` (ABNAMRO.md §1.2). */
export function mountAuthorizationEndpoint(app: FastifyInstance, state: BankState): void {
  app.get('/as/authorization.oauth2', (request, reply) =>
    serve(state, {
      call: { endpoint: 'authorization' },
      reply,
      process: () => authorizationAnswer(state, request),
    }),
  )
}

function authorizationAnswer(state: BankState, httpRequest: FastifyRequest): Answer {
  const verdict = readAuthorizationRequest(httpRequest.query, state.settings)
  const language = languageOf(httpRequest)
  if (verdict.kind === 'page') return renderBadRequest(language, verdict.reason, queryOf(httpRequest))
  if (verdict.kind === 'redirected') return redirect(errorCallback(verdict.error))
  const browser = browserOf(httpRequest) ?? newBrowser()
  const flow = state.flows.begin({ browser, request: verdict.request, language })
  return redirect(`/consent/${flow.id}`, { 'set-cookie': browserCookie(browser, state.isHttps) })
}

function queryOf({ url }: FastifyRequest): string {
  const [, query = ''] = /\?(.*)$/.exec(url) ?? []
  return query
}
