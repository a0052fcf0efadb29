import { type Html, html } from './html.ts'
import { drawMark, toneOf } from './marks.ts'
import { STYLE } from './style.ts'
import type { Language, PageKind, Texts } from './texts.ts'
import { texts } from './translations.ts'

/** What a page may say beside its texts. */
export interface PageOptions {
  /** When the pages `in_progress` and `busy` look again; no other page does. */
  readonly refreshSeconds?: number
  /** What the customer may mention when asking for help. */
  readonly requestId?: string
}

const DEFAULT_REFRESH_SECONDS = 3
const MAX_REFRESH_SECONDS = 300

const style: Html = { markup: STYLE }

/** Renders a whole page for a bank customer; it needs no script and no other host. */
export function renderPage(kind: PageKind, language: Language, options: PageOptions = {}): string {
  return html`<!doctype html>
<html lang="${language}">
${head(kind, language, options)}
${body(kind, texts[language], options)}
</html>
`.markup
}

function head(kind: PageKind, language: Language, { refreshSeconds }: PageOptions): Html {
  const refresh = looksAgain(kind)
    ? html`\n<meta http-equiv="refresh" content="${wholeSeconds(refreshSeconds)}">`
    : undefined
  // The address holds the ticket or the bank's answer: neither a search engine nor another site may learn it.
  return html`<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex, nofollow">
<meta name="format-detection" content="telephone=no">${refresh}
<title>${texts[language].pages[kind].heading}</title>
<style>${style}</style>
</head>`
}

/** Safe: by then `state` is spent, or nothing has been done yet. */
function looksAgain(kind: PageKind): boolean {
  return kind === 'in_progress' || kind === 'busy'
}

function wholeSeconds(seconds = DEFAULT_REFRESH_SECONDS): number {
  // A browser ignores a fraction or a sign, and 0 would have it ask without a pause.
  if (!Number.isFinite(seconds)) return DEFAULT_REFRESH_SECONDS
  return Math.min(Math.max(Math.ceil(seconds), 1), MAX_REFRESH_SECONDS)
}

function body(kind: PageKind, { pages, ...labels }: Texts, { requestId }: PageOptions): Html {
  const { heading, happened, given, next } = pages[kind]
  return html`<body>
<main class="${toneOf(kind)}">
${drawMark(kind)}
<h1>${heading}</h1>
<p>${happened}</p>
<p>${given}</p>
<section>
<h2>${labels.nextHeading}</h2>
<p>${next}</p>${reloadLink(kind, labels.reload)}
</section>${reference(labels.reference, requestId)}
</main>
</body>`
}

/** For readers whose browser does not refresh a page by itself. */
function reloadLink(kind: PageKind, label: string): Html | undefined {
  return looksAgain(kind) ? html`\n<p><a href="">${label}</a></p>` : undefined
}

function reference(label: string, requestId: string | undefined): Html | undefined {
  return requestId ? html`\n<footer>${label} <code>${requestId}</code></footer>` : undefined
}
