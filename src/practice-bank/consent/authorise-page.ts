import { form } from './form.ts'
import { type Html, html } from './html.ts'
import { longDate, row } from './in-words.ts'
import { orderRows } from './order-rows.ts'
import { scopeList } from './requested-access.ts'
import { spaced } from './spaced.ts'
import { isForOrder, type StepPage, type StepView } from './step-view.ts'

/** Step 3: all of it once more, and the decision. */
export function authorisePage(view: StepView): StepPage {
  const { flow, texts } = view
  const { title, orderTitle, intro, sign, submit, back } = texts.authorise
  const fields = html`<p>${intro}</p>
<dl>${permissionRows(view)}</dl>
<p class="soft">${texts.withdraw(flow.request.clientId)}</p>
<p class="soft">${sign}</p>`
  const hasOthers = (flow.customer?.accounts.length ?? 0) > 1
  const other = hasOthers ? { decision: 'back', label: back } : undefined
  return {
    title: isForOrder(flow) ? orderTitle : title,
    content: form(flow, { fields, submit, decision: 'authorise', other }),
  }
}

function permissionRows(view: StepView): Html {
  const { flow, texts, consentEndsAt } = view
  const labels = texts.authorise
  const account = flow.customer?.accounts.find(({ iban }) => iban === flow.iban)
  const number = html`<span class="number">${spaced(flow.iban ?? '')}</span><small>${account?.name}</small>`
  return html`${row(labels.who, flow.request.clientId)}
${row(isForOrder(flow) ? labels.accountForOrder : labels.account, number)}
${orderRows(view)}
${row(labels.what, scopeList(view))}
${row(texts.until, longDate(consentEndsAt, flow.language))}`
}
