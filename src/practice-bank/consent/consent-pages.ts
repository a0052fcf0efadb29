import type { Answer } from '../answer.ts'
import { type PracticeCustomer, practiceCustomers } from '../customers.ts'
import type { ConsentFlow } from './consent-flows.ts'
import { type ConsentTexts, consentTexts, type Language } from './consent-texts.ts'
import { type Html, html } from './html.ts'
import { renderPage } from './page-layout.ts'

/** What a step's page needs beside the flow itself. */
export interface StepView {
  readonly flow: ConsentFlow
  readonly consentEndsAt: number
  /** True when the form came back without a choice. */
  readonly missing?: boolean
}

/** Shows the step a flow has reached. */
export function renderStep(view: StepView): Answer {
  const { flow } = view
  const texts = consentTexts[flow.language]
  const { step, title, content } = stepPages[flow.step](view, texts)
  const other = flow.language === 'en' ? 'nl' : 'en'
  const otherLanguageHref = `/consent/${flow.id}?page=${flow.page}&language=${other}`
  const error = view.missing ? html`<p class="error" role="alert">${texts.missing}</p>` : undefined
  return renderPage({
    language: flow.language,
    title,
    step,
    otherLanguageHref,
    content: html`${error}${content}`,
  })
}

type StepPage = (view: StepView, texts: ConsentTexts) => { step: number; title: string; content: Html }

const stepPages: Record<ConsentFlow['step'], StepPage> = {
  log_on: ({ flow }, texts) => ({ step: 1, title: texts.logOn.title, content: logOn(flow, texts) }),
  account: (view, texts) => ({ step: 2, title: texts.account.title, content: account(view, texts) }),
  authorise: (view, texts) => ({ step: 3, title: texts.authorise.title, content: authorise(view, texts) }),
}

function logOn(flow: ConsentFlow, texts: ConsentTexts): Html {
  const choices = practiceCustomers.map((customer) => {
    const kind = texts.logOn[kindOf(customer)]
    return choice({ name: 'customer', value: customer.id, strong: html`${customer.name}`, small: kind })
  })
  const fields = html`<p>${texts.logOn.intro}</p><fieldset>${choices}</fieldset>`
  return form(flow, { fields, submit: texts.logOn.submit, decision: 'continue' })
}

function kindOf({ accounts }: PracticeCustomer): 'several' | 'one' | 'none' {
  if (accounts.length === 0) return 'none'
  return accounts.length === 1 ? 'one' : 'several'
}

function account({ flow, consentEndsAt }: StepView, texts: ConsentTexts): Html {
  const choices = flow.customer?.accounts.map(({ iban, name }) =>
    choice({ name: 'iban', value: iban, strong: spacedIban(iban), small: name }),
  )
  const fields = html`<p><strong>${flow.request.clientId}</strong> ${texts.account.intro}</p>
${scopeList(flow, texts)}
<p class="soft">${texts.account.until} ${longDate(consentEndsAt, flow.language)}.</p>
<fieldset><legend>${texts.account.choose}</legend>${choices}</fieldset>`
  return form(flow, { fields, submit: texts.account.submit, decision: 'continue' })
}

function authorise({ flow, consentEndsAt }: StepView, texts: ConsentTexts): Html {
  const fields = html`<p>${texts.authorise.intro}</p>
<dl><dt>${texts.authorise.who}</dt><dd>${flow.request.clientId}</dd>
<dt>${texts.authorise.account}</dt><dd>${spacedIban(flow.iban ?? '')}</dd>
<dt>${texts.account.until}</dt><dd>${longDate(consentEndsAt, flow.language)}</dd></dl>
${scopeList(flow, texts)}
<p class="soft">${texts.authorise.sign}</p>`
  return form(flow, { fields, submit: texts.authorise.submit, decision: 'authorise' })
}

function form(flow: ConsentFlow, parts: { fields: Html; submit: string; decision: string }): Html {
  const { cancel } = consentTexts[flow.language]
  return html`<form method="post" action="/consent/${flow.id}">
<input type="hidden" name="page" value="${flow.page ?? ''}">
${parts.fields}
<div class="buttons">
<button name="decision" value="${parts.decision}">${parts.submit}</button>
<button name="decision" value="cancel" class="quiet" formnovalidate>${cancel}</button>
</div>
</form>`
}

function choice(parts: { name: string; value: string; strong: Html; small: string }): Html {
  const { name, value, strong, small } = parts
  return html`<label class="choice"><input type="radio" name="${name}" value="${value}" required>
<span><strong>${strong}</strong><small>${small}</small></span></label>`
}

function scopeList({ request }: ConsentFlow, texts: ConsentTexts): Html {
  return html`<ul>${request.scopes.map((scope) => html`<li>${texts.scopes[scope] ?? scope}</li>`)}</ul>`
}

function spacedIban(iban: string): Html {
  return html`<span class="iban">${iban.replace(/(.{4})(?=.)/g, '$1 ')}</span>`
}

function longDate(at: number, language: Language): string {
  const locale = language === 'nl' ? 'nl-NL' : 'en-GB'
  return new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone: 'Europe/Amsterdam' }).format(at)
}

/** Shows that a page was reloaded, repeated or came too late; no redirect follows (ABNAMRO.md §1.2). */
export function renderGone(language: Language): Answer {
  const { title, advice } = consentTexts[language].gone
  return renderPage({ status: 410, language, title, content: html`<p>${advice}</p>` })
}

/** Shows an error that may not be redirected (RFC 6749 §4.1.2.1). */
export function renderBadRequest(language: Language, reason: 'client_id' | 'redirect_uri'): Answer {
  const texts = consentTexts[language].badRequest
  return renderPage({ status: 400, language, title: texts.title, content: html`<p>${texts[reason]}</p>` })
}
