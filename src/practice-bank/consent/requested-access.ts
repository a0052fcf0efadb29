import { type Html, html } from './html.ts'
import { longDate } from './in-words.ts'
import type { StepView } from './step-view.ts'

/** Lists the scopes in a person's words. */
export function scopeList({ flow, texts }: StepView): Html {
  return html`<ul>${flow.request.scopes.map((scope) => html`<li>${texts.scopes[scope] ?? scope}</li>`)}</ul>`
}

/** Tells until when the permission lasts, and that it can end sooner. */
export function untilWhen({ flow, texts, consentEndsAt }: StepView): Html {
  const { withdraw, until } = texts
  const date = longDate(consentEndsAt, flow.language)
  return html`<p class="soft">${until} ${date}. ${withdraw(flow.request.clientId)}</p>`
}
