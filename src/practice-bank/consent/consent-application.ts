/*
 * The consent application, and how a program walks it with a cookie jar and `redirect: 'manual'`:
 *
 *   GET  the authorization URL      302 to /consent/{flow}, sets the PF cookie
 *   GET  /consent/{flow}            log on: a form with `page` (hidden), `customer` (radio), `code`, `decision` (button)
 *   POST /consent/{flow}            page, customer=one-account, code=59263184, decision=continue: answers the next form
 *   POST /consent/{flow}            page, iban=NL58ABNA9999142181, decision=continue: answers the last form
 *   POST /consent/{flow}            page, decision=authorise: 302 to redirect_uri?code=…&state=…
 *
 * `decision=cancel` ends any step with a 302 to redirect_uri and error=server_error; `language=nl` or `en` shows the
 * same step again, with what was typed. Each customer's code is in customers.ts; the third wrong one stops the walk.
 * `page` is new on every page and must be sent back: a page used twice, or a GET repeated, ends the flow.
 * walk-consent.ts is this walk.
 */
import formbody from '@fastify/formbody'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { type Answer, send } from '../answer.ts'
import type { BankState } from '../bank-state.ts'
import { readParameters } from '../parameters.ts'
import { browserOf } from './browser.ts'
import type { ConsentFlow } from './consent-flows.ts'
import { isLanguage, languageOf } from './language.ts'
import { renderGone } from './other-pages.ts'
import { cancel, show, takeStep } from './take-step.ts'

type FlowRequest = FastifyRequest<{ Params: { flow: string } }>

/** Mounts the three steps (ABNAMRO.md §1.2). */
export async function mountConsentApplication(app: FastifyInstance, state: BankState): Promise<void> {
  await app.register(formbody)
  app.get('/consent/:flow', (request: FlowRequest, reply) => send(reply, opened(state, request)))
  app.post('/consent/:flow', (request: FlowRequest, reply) => send(reply, posted(state, request)))
}

function opened(state: BankState, request: FlowRequest): Answer {
  const flow = findFlow(state, request)
  if (flow === undefined) return strayed(request)
  return flow.page === null ? show(state, flow) : gone(state, flow)
}

function posted(state: BankState, request: FlowRequest): Answer {
  const flow = findFlow(state, request)
  if (flow === undefined) return strayed(request)
  const { values } = readParameters(request.body)
  if (flow.page === null || flow.page !== values.page) return gone(state, flow)
  if (isLanguage(values.language)) {
    flow.language = values.language
    return show(state, flow, { typed: values })
  }
  return values.decision === 'cancel' ? cancel(state, flow) : takeStep[flow.step](state, flow, values)
}

function findFlow({ flows }: BankState, request: FlowRequest): ConsentFlow | undefined {
  return flows.find(request.params.flow, browserOf(request))
}

function strayed(request: FlowRequest): Answer {
  return renderGone(languageOf(request), browserOf(request) === undefined ? 'no_cookie' : 'spent')
}

function gone({ flows }: BankState, flow: ConsentFlow): Answer {
  flows.end(flow)
  return renderGone(flow.language, 'spent')
}
