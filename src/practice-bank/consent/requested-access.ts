import { type Html, html } from './html.ts'
import { spaced } from './spaced.ts'
import type { StepView } from './step-view.ts'
import type { Language } from './texts.ts'

/** Lists the scopes in a person's words. */
export function scopeList({ flow, texts }: StepView): Html {
  return html`<ul>${flow.request.scopes.map((scope) => html`<li>${texts.scopes[scope] ?? scope}</li>`)}</ul>`
}

/** Describes the payment order, as far as the bank knows it; nothing where the consent is for none. */
export function orderRows({ flow, texts, order }: StepView): Html | undefined {
  const { transactionId } = flow.request
  if (transactionId === null) return undefined
  const { order: labels } = texts
  const known = order && [
    row(labels.amount, money(order.amount, order.currency, flow.language)),
    row(labels.creditor, order.creditorName),
    row(labels.creditorAccount, spaced(order.creditorAccount)),
    order.remittance === null ? html`` : row(labels.remittance, order.remittance),
  ]
  return html`${known}${row(labels.reference, transactionId)}`
}

/** Builds one line of a description list. */
export function row(term: string, description: string | Html): Html {
  return html`<div><dt>${term}</dt><dd>${description}</dd></div>`
}

/** Tells until when the permission lasts, and that it can end sooner. */
export function untilWhen({ flow, texts, consentEndsAt }: StepView): Html {
  const { withdraw, until } = texts
  return html`<p class="soft">${until} ${longDate(consentEndsAt, flow.language)}. ${withdraw(flow.request.clientId)}</p>`
}

/** Writes a date as people of that language do, in the bank's time zone. */
export function longDate(at: number, language: Language): string {
  return new Intl.DateTimeFormat(localeOf(language), {
    dateStyle: 'long',
    timeZone: 'Europe/Amsterdam',
  }).format(at)
}

function money(amount: string, currency: string, language: Language): string {
  return new Intl.NumberFormat(localeOf(language), { style: 'currency', currency }).format(Number(amount))
}

function localeOf(language: Language): string {
  return language === 'nl' ? 'nl-NL' : 'en-GB'
}
