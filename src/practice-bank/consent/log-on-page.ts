import { type PracticeCustomer, practiceCustomers } from '../customers.ts'
import { type Choice, choices, complaintId, form } from './form.ts'
import { type Html, html } from './html.ts'
import { spaced } from './spaced.ts'
import type { StepPage, StepView } from './step-view.ts'
import type { Texts } from './texts.ts'

/** Step 1: who the customer is, and the code of their card reader. */
export function logOnPage(view: StepView): StepPage {
  const { flow, texts } = view
  const { title, intro, submit } = texts.logOn
  const fields = html`<p>${intro(flow.request.clientId)}</p>
${whoField(view)}
${codeField(view)}`
  return { title, content: form(flow, { fields, submit, decision: 'continue' }) }
}

function whoField({ texts, typed, complaint }: StepView): Html {
  const all = practiceCustomers.map((customer): Choice => {
    const chosen = typed.customer === customer.id
    return { name: 'customer', value: customer.id, chosen, label: customerLabel(customer, texts) }
  })
  const { who: legend, whoHint: hint } = texts.logOn
  return choices({ legend, hint, complaint: complaint?.field === 'customer' ? complaintId : undefined }, all)
}

function customerLabel(customer: PracticeCustomer, { logOn }: Texts): Html {
  return html`<strong>${customer.name}</strong>
<small>${logOn[kindOf(customer)]}</small>
<small class="code">${logOn.shownCode} <b>${spaced(customer.code)}</b></small>`
}

function codeField({ texts, typed, complaint }: StepView): Html {
  const { code, codeHint } = texts.logOn
  const isWrong = complaint?.field === 'code'
  const describedBy = isWrong ? `${complaintId} code-hint` : 'code-hint'
  const invalid = isWrong ? html` aria-invalid="true"` : undefined
  return html`<div class="field">
<label for="code">${code}</label>
<p class="soft" id="code-hint">${codeHint}</p>
<input id="code" name="code" value="${typed.code ?? ''}" inputmode="numeric" autocomplete="one-time-code" maxlength="20" required aria-describedby="${describedBy}"${invalid}>
</div>`
}

function kindOf({ accounts }: PracticeCustomer): 'several' | 'one' | 'none' {
  if (accounts.length === 0) return 'none'
  return accounts.length === 1 ? 'one' : 'several'
}
