import { type Answer, redirect } from '../answer.ts'
import type { BankState } from '../bank-state.ts'
import { cancelledCallback, codeCallback, noAccountCallback } from '../callback-url.ts'
import type { Parameters } from '../parameters.ts'
import type { ConsentFlow, ConsentStep } from './consent-flows.ts'
import type { Complaint } from './form.ts'
import { logOn } from './log-on.ts'
import type { FindPaymentOrder } from './payment-order.ts'
import { renderStep } from './step-pages.ts'
import { translations } from './translations.ts'

/** What the consent application needs of the bank. */
export interface ConsentBank {
  readonly state: BankState
  /** Without it a customer is told a payment order's reference only. */
  readonly findPaymentOrder?: FindPaymentOrder | undefined
}

type Fields = Parameters['values']
type TakeStep = (bank: ConsentBank, flow: ConsentFlow, fields: Fields) => Answer

/** Does what a step's form asks for, and shows what comes next. */
export const takeStep: Record<ConsentStep, TakeStep> = {
  log_on(bank, flow, typed) {
    const verdict = logOn(flow, typed)
    if (verdict.kind === 'refused') return show(bank, flow, { typed, complaint: verdict.complaint })
    if (verdict.kind === 'stopped') return goTo('stopped', bank, flow)
    if (verdict.customer.accounts.length === 0) return leave(bank, flow, noAccountCallback(flow.request))
    flow.customer = verdict.customer
    return goTo('account', bank, flow)
  },
  account(bank, flow, typed) {
    const account = flow.customer?.accounts.find(({ iban }) => iban === typed.iban)
    const text = translations[flow.language].account.noAccount
    if (account === undefined) return show(bank, flow, { typed, complaint: { field: 'iban', text } })
    flow.iban = account.iban
    return goTo('authorise', bank, flow)
  },
  authorise(bank, flow, { decision }) {
    if (decision === 'back') return goTo('account', bank, flow)
    if (decision !== 'authorise' || flow.iban === null) return show(bank, flow)
    const code = bank.state.codes.issue(flow.request, flow.iban)
    return leave(bank, flow, codeCallback(flow.request, code))
  },
  // What it offers is the way back, which is to cancel.
  stopped: (bank, flow) => show(bank, flow),
}

function goTo(step: ConsentStep, bank: ConsentBank, flow: ConsentFlow): Answer {
  flow.step = step
  return show(bank, flow)
}

/** Shows the step a flow has reached, on a new page. */
export function show(
  { state, findPaymentOrder }: ConsentBank,
  flow: ConsentFlow,
  { typed = {}, complaint }: { typed?: Fields; complaint?: Complaint } = {},
): Answer {
  state.flows.turnPage(flow)
  const { transactionId } = flow.request
  return renderStep({
    flow,
    texts: translations[flow.language],
    consentEndsAt: state.now() + state.settings.consentValidityMs,
    order: transactionId === null ? undefined : findPaymentOrder?.(transactionId),
    typed,
    complaint,
  })
}

/** Ends a flow as a customer who cancels does (ABNAMRO.md §1.2). */
export function cancel(bank: ConsentBank, flow: ConsentFlow): Answer {
  return leave(bank, flow, cancelledCallback(flow.request))
}

function leave({ state }: ConsentBank, flow: ConsentFlow, callbackUrl: string): Answer {
  state.flows.end(flow)
  return redirect(callbackUrl)
}
