/*
 * The consent application, and how a program walks it with a cookie jar and `redirect: 'manual'`:
 *
 *   GET  the authorization URL      302 to /consent/{flow}, sets the PF cookie
 *   GET  /consent/{flow}            log on: a form with `page` (hidden), `customer` (radio), `decision` (button)
 *   POST /consent/{flow}            page, customer=one-account, decision=continue: answers the next form
 *   POST /consent/{flow}            page, iban=NL58ABNA9999142181, decision=continue: answers the last form
 *   POST /consent/{flow}            page, decision=authorise: 302 to redirect_uri?code=…&state=…
 *
 * `decision=cancel` ends any step with a 302 to redirect_uri and error=server_error. `page` is new on every page and must
 * be sent back: a page used twice, or a GET repeated, ends the flow. walk-consent.ts is this walk.
 */
import formbody from '@fastify/formbody'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { type Answer, redirect, send } from '../answer.ts'
import type { BankState } from '../bank-state.ts'
import { cancelledCallback, codeCallback, noAccountCallback } from '../callback-url.ts'
import { findCustomer } from '../customers.ts'
import { type Parameters, readParameters } from '../parameters.ts'
import { browserOf, languageOf } from './browser.ts'
import type { ConsentFlow } from './consent-flows.ts'
import { renderGone, renderStep } from './consent-pages.ts'

type Fields = Parameters['values']
type FlowRequest = FastifyRequest<{ Params: { flow: string } }>

/** Mounts the three steps (ABNAMRO.md §1.2). */
export async function mountConsentApplication(app: FastifyInstance, state: BankState): Promise<void> {
  await app.register(formbody)
  app.get('/consent/:flow', (request: FlowRequest, reply) => send(reply, opened(state, request)))
  app.post('/consent/:flow', (request: FlowRequest, reply) => send(reply, posted(state, request)))
}

function opened(state: BankState, request: FlowRequest): Answer {
  const flow = state.flows.find(request.params.flow, browserOf(request))
  if (flow === undefined) return renderGone(languageOf(request))
  const { page, language } = readParameters(request.query).values
  if (flow.page !== (page ?? null)) return gone(state, flow)
  if (language === 'en' || language === 'nl') flow.language = language
  return show(state, flow)
}

function posted(state: BankState, request: FlowRequest): Answer {
  const flow = state.flows.find(request.params.flow, browserOf(request))
  if (flow === undefined) return renderGone(languageOf(request))
  const { values } = readParameters(request.body)
  if (flow.page === null || flow.page !== values.page) return gone(state, flow)
  return values.decision === 'cancel'
    ? leave(state, flow, cancelledCallback(flow.request))
    : takeStep[flow.step](state, flow, values)
}

type TakeStep = (state: BankState, flow: ConsentFlow, fields: Fields) => Answer

const takeStep: Record<ConsentFlow['step'], TakeStep> = {
  log_on(state, flow, { customer: id }) {
    const customer = findCustomer(id)
    if (customer === undefined) return show(state, flow, true)
    if (customer.accounts.length === 0) return leave(state, flow, noAccountCallback(flow.request))
    flow.customer = customer
    flow.step = 'account'
    return show(state, flow)
  },
  account(state, flow, { iban }) {
    const account = flow.customer?.accounts.find((one) => one.iban === iban)
    if (account === undefined) return show(state, flow, true)
    flow.iban = account.iban
    flow.step = 'authorise'
    return show(state, flow)
  },
  authorise(state, flow, { decision }) {
    if (decision !== 'authorise' || flow.iban === null) return show(state, flow, true)
    return leave(state, flow, codeCallback(flow.request, state.codes.issue(flow.request, flow.iban)))
  },
}

function show(state: BankState, flow: ConsentFlow, missing = false): Answer {
  state.flows.turnPage(flow)
  return renderStep({ flow, missing, consentEndsAt: state.now() + state.settings.consentValidityMs })
}

function leave(state: BankState, flow: ConsentFlow, callbackUrl: string): Answer {
  state.flows.end(flow)
  return redirect(callbackUrl)
}

function gone(state: BankState, flow: ConsentFlow): Answer {
  state.flows.end(flow)
  return renderGone(flow.language)
}
