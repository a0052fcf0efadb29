import type { PracticeAccount } from '../customers.ts'
import { type Choice, choices, complaintId, form } from './form.ts'
import { type Html, html } from './html.ts'
import { orderRows } from './order-rows.ts'
import { scopeList, untilWhen } from './requested-access.ts'
import { spaced } from './spaced.ts'
import { isForOrder, type StepPage, type StepView } from './step-view.ts'
import type { Texts } from './texts.ts'

/** Step 2: who asks for what until when, and for which account. */
export function accountPage(view: StepView): StepPage {
  const { flow, texts } = view
  const { title, orderTitle, submit } = texts.account
  const fields = html`${isForOrder(flow) ? requestedOrder(view) : requestedAccess(view)}
${untilWhen(view)}
${accountField(view)}`
  return {
    title: isForOrder(flow) ? orderTitle : title,
    content: form(flow, { fields, submit, decision: 'continue' }),
  }
}

function requestedAccess(view: StepView): Html {
  return html`<p>${view.texts.account.intro(view.flow.request.clientId)}</p>
${scopeList(view)}`
}

function requestedOrder(view: StepView): Html {
  return html`<p>${view.texts.account.orderIntro(view.flow.request.clientId)}</p>
${scopeList(view)}
<dl>${orderRows(view)}</dl>
<p>${view.texts.order.once}</p>`
}

function accountField({ flow, texts, typed, complaint }: StepView): Html {
  const accounts = flow.customer?.accounts ?? []
  const wanted = typed.iban ?? flow.iban ?? onlyOne(accounts)
  const all = accounts.map((account): Choice => {
    const chosen = account.iban === wanted
    return { name: 'iban', value: account.iban, chosen, label: accountLabel(account, texts) }
  })
  const legend = isForOrder(flow) ? texts.account.chooseForOrder : texts.account.choose
  return choices({ legend, complaint: complaint && complaintId }, all)
}

function onlyOne(accounts: readonly PracticeAccount[]): string | undefined {
  return accounts.length === 1 ? accounts[0]?.iban : undefined
}

function accountLabel({ iban, name, kind }: PracticeAccount, texts: Texts): Html {
  return html`<strong class="number">${spaced(iban)}</strong>
<small>${name}</small>
<small>${texts.account.kinds[kind]}</small>`
}
