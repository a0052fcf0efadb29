import type { Answer } from '../answer.ts'
import { consentTexts, type Language } from './consent-texts.ts'
import { type Html, html } from './html.ts'

/** What a page shows inside the bank's frame. */
export interface Page {
  readonly status?: number
  readonly language: Language
  readonly title: string
  /** The number of the current step, from 1; none on pages outside the walk. */
  readonly step?: number
  readonly otherLanguageHref?: string
  readonly content: Html
}

const style: Html = {
  markup: `:root{--ink:#1d2733;--soft:#5b6875;--line:#d5dbe1;--brand:#2c4a6b;--paper:#fff;--ground:#f1f4f6}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font:16px/1.5 system-ui,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
.notice{margin:0;padding:.55rem 1rem;background:#ffe9a8;color:#4d3b00;text-align:center;font-size:.875rem;font-weight:600}
header,main{max-width:36rem;margin:0 auto;padding:0 1rem}
header{display:flex;justify-content:space-between;align-items:center;padding-top:1.25rem;padding-bottom:1.25rem}
header b{color:var(--brand);font-size:1.15rem}
a{color:var(--brand)}
ol.steps{display:flex;gap:.5rem;list-style:none;margin:0 0 1rem;padding:0;font-size:.85rem;color:var(--soft)}
ol.steps li{flex:1;padding-top:.4rem;border-top:4px solid var(--line)}
ol.steps li.past{border-color:#8ba3bb}
ol.steps li.now{border-color:var(--brand);color:var(--ink);font-weight:600}
article{background:var(--paper);border:1px solid var(--line);border-radius:10px;padding:1.5rem 1.5rem 1.75rem}
h1{margin:0 0 .75rem;font-size:1.4rem;line-height:1.25}
p,ul,dl{margin:0 0 1rem}
article>p:last-child{margin:0}
ul{padding-left:1.2rem}
fieldset{border:0;margin:0 0 1.25rem;padding:0}
legend{font-weight:600;padding:0;margin-bottom:.5rem}
label.choice{display:flex;gap:.75rem;align-items:center;padding:.75rem .9rem;margin-bottom:.5rem;border:1px solid var(--line);border-radius:8px;cursor:pointer}
label.choice:has(:checked){border-color:var(--brand);background:#eef3f8}
label.choice input{flex:none;width:1.15rem;height:1.15rem;margin:0;accent-color:var(--brand)}
label.choice strong,label.choice small{display:block}
small,.soft{color:var(--soft);font-size:.9rem}
dt{color:var(--soft);font-size:.85rem}
dd{margin:0 0 .6rem;font-weight:600}
.iban{font-variant-numeric:tabular-nums;white-space:nowrap}
.buttons{display:flex;gap:.75rem;flex-wrap:wrap}
button{font:inherit;font-weight:600;padding:.65rem 1.4rem;border-radius:8px;border:1px solid var(--brand);background:var(--brand);color:#fff;cursor:pointer}
button.quiet{background:transparent;color:var(--brand)}
button:focus-visible,a:focus-visible,input:focus-visible{outline:3px solid #f0b429;outline-offset:2px}
.error{padding:.6rem .9rem;border-radius:8px;background:#fdeceb;color:#8c1d18;font-weight:600}`,
}

const headers = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-cache, no-store',
  // No form-action: browsers would apply it to the redirect back to the client.
  'content-security-policy':
    "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
}

/** Puts content into the bank's frame: the notice, the steps, the language link. */
export function renderPage(page: Page): Answer {
  const { language, title, content, otherLanguageHref } = page
  const texts = consentTexts[language]
  const other = language === 'en' ? 'nl' : 'en'
  const link =
    otherLanguageHref &&
    html`<a href="${otherLanguageHref}" lang="${other}" hreflang="${other}">${texts.otherLanguage}</a>`
  const { markup } = html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · ${texts.bank}</title>
<link rel="icon" href="data:,">
<style>${style}</style>
</head>
<body>
<p class="notice">${texts.notReal}</p>
<header><b>${texts.bank}</b>${link || undefined}</header>
<main>
${page.step === undefined ? undefined : steps(texts.steps, page.step)}
<article>
<h1>${title}</h1>
${content}
</article>
</main>
</body>
</html>
`
  return { status: page.status ?? 200, headers, body: markup }
}

function steps(names: readonly string[], current: number): Html {
  const items = names.map((name, at) => {
    const place = at + 1 === current ? 'now' : at + 1 < current ? 'past' : 'next'
    return html`<li class="${place}">${String(at + 1)}. ${name}</li>`
  })
  return html`<ol class="steps">${items}</ol>`
}
