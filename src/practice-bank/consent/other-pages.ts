import type { Answer } from '../answer.ts'
import type { ConsentFlow } from './consent-flows.ts'
import { formId } from './form.ts'
import { html } from './html.ts'
import { renderPage } from './layout.ts'
import type { Language } from './texts.ts'
import { translations } from './translations.ts'

/** Shows that the code was wrong too often; the button is the way back, as a customer who cancels. */
export function renderStopped({ id, page, language, request }: ConsentFlow): Answer {
  const { title, happened, back } = translations[language].stopped
  const content = html`<p role="alert">${happened}</p>
<form id="${formId}" method="post" action="/consent/${id}">
<input type="hidden" name="page" value="${page ?? ''}">
<div class="buttons"><button name="decision" value="cancel">${back(request.clientId)}</button></div>
</form>`
  return renderPage({ status: 403, language, title, content, hasForm: true })
}

/** Why there is no page to show. */
export type GoneReason = 'spent' | 'no_cookie'

/** Shows that a page was reloaded, repeated or came too late; no redirect follows (ABNAMRO.md §1.2). */
export function renderGone(language: Language, reason: GoneReason): Answer {
  const texts = translations[language].gone
  const isCookie = reason === 'no_cookie'
  const content = html`<p>${isCookie ? texts.noCookie : texts.happened}</p>
<p>${texts.given}</p>
<section class="note">
<h2>${texts.adviceTitle}</h2>
<p>${isCookie ? texts.allowCookies : undefined} ${texts.advice} ${isCookie ? undefined : texts.stayHere}</p>
</section>`
  return renderPage({ status: 410, language, title: texts.title, content })
}

/** Shows an error that may not be redirected (RFC 6749 §4.1.2.1). */
export function renderBadRequest(
  language: Language,
  reason: 'client_id' | 'redirect_uri',
  query: string,
): Answer {
  const texts = translations[language].badRequest
  const content = html`<p>${texts.advice}</p>
<p><code>${texts[reason]}</code></p>`
  return renderPage({ status: 400, language, title: texts.title, query, content })
}
