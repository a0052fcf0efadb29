import { type Answer, redirect } from '../answer.ts'
import type { BankState } from '../bank-state.ts'
import { cancelledCallback, codeCallback, noAccountCallback } from '../callback-url.ts'
import type { Parameters } from '../parameters.ts'
import type { ConsentFlow, ConsentStep } from './consent-flows.ts'
import type { Complaint } from './form.ts'
import { logOn } from './log-on.ts'
import { renderStep } from './step-pages.ts'
import { translations } from './translations.ts'

type Fields = Parameters['values']
type TakeStep = (state: BankState, flow: ConsentFlow, fields: Fields) => Answer

/** Does what a step's form asks for, and shows what comes next. */
export const takeStep: Record<ConsentStep, TakeStep> = {
  log_on(state, flow, typed) {
    const verdict = logOn(flow, typed)
    if (verdict.kind === 'refused') return show(state, flow, { typed, complaint: verdict.complaint })
    if (verdict.kind === 'stopped') return goTo('stopped', state, flow)
    if (verdict.customer.accounts.length === 0) return leave(state, flow, noAccountCallback(flow.request))
    flow.customer = verdict.customer
    return goTo('account', state, flow)
  },
  account(state, flow, typed) {
    const account = flow.customer?.accounts.find(({ iban }) => iban === typed.iban)
    const text = translations[flow.language].account.noAccount
    if (account === undefined) return show(state, flow, { typed, complaint: { field: 'iban', text } })
    flow.iban = account.iban
    return goTo('authorise', state, flow)
  },
  authorise(state, flow, { decision }) {
    if (decision === 'back') return goTo('account', state, flow)
    if (decision !== 'authorise' || flow.iban === null) return show(state, flow)
    const code = state.codes.issue(flow.request, flow.iban)
    return leave(state, flow, codeCallback(flow.request, code))
  },
  // What it offers is the way back, which is to cancel.
  stopped: (state, flow) => show(state, flow),
}

function goTo(step: ConsentStep, state: BankState, flow: ConsentFlow): Answer {
  flow.step = step
  return show(state, flow)
}

/** Shows the step a flow has reached, on a new page. */
export function show(
  state: BankState,
  flow: ConsentFlow,
  { typed = {}, complaint }: { typed?: Fields; complaint?: Complaint } = {},
): Answer {
  state.flows.turnPage(flow)
  return renderStep({
    flow,
    texts: translations[flow.language],
    consentEndsAt: state.now() + state.settings.consentValidityMs,
    order: state.payments.find(flow.request.transactionId),
    typed,
    complaint,
  })
}

/** Ends a flow as a customer who cancels does (ABNAMRO.md §1.2). */
export function cancel(state: BankState, flow: ConsentFlow): Answer {
  return leave(state, flow, cancelledCallback(flow.request))
}

function leave(state: BankState, flow: ConsentFlow, callbackUrl: string): Answer {
  state.flows.end(flow)
  return redirect(callbackUrl)
}
