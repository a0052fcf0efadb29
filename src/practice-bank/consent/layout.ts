import type { Answer } from '../answer.ts'
import { formId } from './form.ts'
import { type Html, html } from './html.ts'
import { pagePolicy, style } from './style.ts'
import type { Language, Texts } from './texts.ts'
import { translations } from './translations.ts'

/** What a page shows inside the bank's frame. */
export interface Page {
  readonly status?: number
  readonly language: Language
  readonly title: string
  /** The number of the current step, from 1; none on pages outside the walk. */
  readonly step?: number
  /** Whether the page has a form, with which the language is changed so that nothing typed is lost. */
  readonly hasForm?: boolean
  /** The query by which a page without a form was asked for. */
  readonly query?: string
  readonly content: Html
}

const headers = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-cache, no-store',
  'content-security-policy': pagePolicy,
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
}

/** Puts content into the bank's frame: the notice, the language switch, the steps. */
export function renderPage(page: Page): Answer {
  const texts = translations[page.language]
  const { markup } = html`<!doctype html>
<html lang="${page.language}">
${head(page, texts)}
<body>
${banner(page, texts)}
<main>
${page.step === undefined ? undefined : steps(texts, page.step)}
<div class="card">
<h1>${page.title}</h1>
${page.content}
</div>
</main>
</body>
</html>
`
  return {
    status: page.status ?? 200,
    headers: { ...headers, 'content-language': page.language },
    body: markup,
  }
}

function head({ title, step }: Page, texts: Texts): Html {
  const place = step === undefined ? '' : `${texts.stepOf(step)}: `
  return html`<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta name="format-detection" content="telephone=no">
<title>${place}${title} · ${texts.bank}</title>
<style>${style}</style>
</head>`
}

function banner(page: Page, texts: Texts): Html {
  return html`<header>
${page.hasForm ? enterKey(page) : undefined}
<p class="notice">${texts.notReal}</p>
<div class="bar">
<p class="bank"><svg viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d="M3 20h18M5 17h14M12 3 4 8h16zM7 17V9m5 8V9m5 8V9"/></svg>${texts.bank}</p>
${languageSwitch(page, texts)}
</div>
</header>`
}

/*
 * The Enter key presses a form's first button (HTML, implicit submission), which would be the language switch.
 * This one comes before it, and is not seen, heard or reached otherwise. The last step has no field to press Enter in.
 */
function enterKey({ step }: Page): Html | undefined {
  if (step !== 1 && step !== 2) return undefined
  return html`<button form="${formId}" name="decision" value="continue" class="unseen" tabindex="-1" aria-hidden="true"></button>`
}

// A page without a form came by a GET that changes nothing, and may be asked for again.
function languageSwitch({ language, hasForm, query }: Page, { otherLanguage }: Texts): Html {
  const other = language === 'en' ? 'nl' : 'en'
  if (!hasForm) {
    const asked = new URLSearchParams(query)
    asked.set('language', other)
    return html`<a href="?${asked.toString()}" lang="${other}" hreflang="${other}">${otherLanguage}</a>`
  }
  return html`<button form="${formId}" name="language" value="${other}" lang="${other}" class="quiet">${otherLanguage}</button>`
}

function steps(texts: Texts, current: number): Html {
  const items = texts.steps.map((name, at) => step(texts, { name, place: at + 1, current }))
  return html`<ol class="steps" aria-label="${texts.stepsLabel}">${items}</ol>`
}

function step(
  texts: Texts,
  { name, place, current }: { name: string; place: number; current: number },
): Html {
  if (place === current) return html`<li class="now" aria-current="step">${name}</li>`
  if (place > current) return html`<li>${name}</li>`
  return html`<li class="past">${name}<span class="unseen"> (${texts.stepDone})</span></li>`
}
