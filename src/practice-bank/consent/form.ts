import type { ConsentFlow } from './consent-flows.ts'
import { type Html, html } from './html.ts'
import { translations } from './translations.ts'

/** The form's id, by which the language switch in the header belongs to it. */
export const formId = 'step'

/** What one step's form holds. */
export interface FormParts {
  readonly fields: Html
  readonly submit: string
  readonly decision: string
  /** One more way out of this step. */
  readonly other?: { readonly decision: string; readonly label: string } | undefined
}

/** Builds a step's form; its complaints are ours, in the page's language, so the browser's stay away. */
export function form(flow: ConsentFlow, { fields, submit, decision, other }: FormParts): Html {
  return html`<form id="${formId}" method="post" action="/consent/${flow.id}" novalidate>
<input type="hidden" name="page" value="${flow.page ?? ''}">
${fields}
<div class="buttons">
<button name="decision" value="${decision}">${submit}</button>
${other && html`<button name="decision" value="${other.decision}" class="quiet">${other.label}</button>`}
<button name="decision" value="cancel" class="quiet">${translations[flow.language].cancel}</button>
</div>
</form>`
}

/** One of several things to choose. */
export interface Choice {
  readonly name: string
  readonly value: string
  readonly chosen: boolean
  readonly label: Html
}

/** Builds a group of choices; `complaint` is the id of what is wrong with it. */
export function choices(
  parts: { legend: string; hint?: string; complaint: string | undefined },
  all: readonly Choice[],
): Html {
  const describedBy = parts.complaint && html` aria-describedby="${parts.complaint}"`
  const hint = parts.hint && html`<p class="soft">${parts.hint}</p>`
  return html`<fieldset${describedBy}>
<legend>${parts.legend}</legend>
${hint}
${all.map(choice)}
</fieldset>`
}

// The first carries the group's name as its id, so that a complaint can lead to it.
function choice({ name, value, chosen, label }: Choice, place: number): Html {
  const id = place === 0 ? html` id="${name}"` : undefined
  const checked = chosen ? html` checked` : undefined
  return html`<label class="choice"><input type="radio" name="${name}" value="${value}"${checked}${id} required>
<span>${label}</span></label>`
}

/** What is wrong with a form as it came back: with which field, and in which words. */
export interface Complaint {
  readonly field: string
  readonly text: string
}

/** The id of the element that says what is wrong. */
export const complaintId = 'complaint'

/** Builds the complaint above a form: it takes the focus, so that nobody overlooks it. */
export function complaintNote(complaint: Complaint | undefined): Html | undefined {
  if (complaint === undefined) return undefined
  return html`<div class="complaint" role="alert" tabindex="-1" autofocus>
<p id="${complaintId}"><a href="#${complaint.field}">${complaint.text}</a></p>
</div>
`
}
