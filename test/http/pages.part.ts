import { createHash } from 'node:crypto'
import {
  chooseLanguage,
  type Language,
  PAGE_CSP,
  type PageKind,
  renderPage,
} from '../../src/http/pages/index.ts'
import type { PageTexts } from '../../src/http/pages/texts.ts'
import { texts } from '../../src/http/pages/translations.ts'
import { t } from '../support/parts.ts'

const languages: Language[] = ['nl', 'en']
const kinds = Object.keys(texts.en.pages) as PageKind[]
const sentences = ['heading', 'happened', 'given', 'next'] satisfies (keyof PageTexts)[]

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll("'", '&#39;').replaceAll('"', '&quot;')
}

function contentsOf(page: string, element: string): string[] {
  return [...page.matchAll(new RegExp(`<${element}(?: [^>]*)?>(.*?)</${element}>`, 'gs'))].map(
    ([, contents = '']) => contents,
  )
}

t.test('every page says in each language what happened, what was given and what to do', async (t) => {
  for (const kind of kinds) {
    for (const language of languages) {
      const page = renderPage(kind, language)
      const own = texts[language].pages[kind]
      t.match(page, `<html lang="${language}">`)
      t.strictSame(contentsOf(page, 'title'), [escaped(own.heading)], `${kind} ${language} title`)
      t.strictSame(contentsOf(page, 'h1'), [escaped(own.heading)], `${kind} ${language} h1`)
      for (const sentence of sentences)
        t.ok(page.includes(`>${escaped(own[sentence])}<`), `${kind} ${language} ${sentence}`)
    }
  }
})

t.test('nothing is left untranslated, unfinished or told twice', async (t) => {
  const headings = new Set<string>()
  for (const kind of kinds) {
    for (const sentence of sentences) {
      const [nl, en] = [texts.nl.pages[kind][sentence], texts.en.pages[kind][sentence]]
      t.not(nl, en, `${kind} ${sentence}`)
      if (sentence !== 'heading') t.match(`${nl}\n${en}`, /^.+\.\n.+\.$/, `${kind} ${sentence} ends`)
    }
    headings.add(texts.nl.pages[kind].heading).add(texts.en.pages[kind].heading)
  }
  t.equal(headings.size, kinds.length * 2)
  t.not(texts.nl.nextHeading, texts.en.nextHeading)
  t.not(texts.nl.reload, texts.en.reload)
  t.not(texts.nl.reference, texts.en.reference)
})

t.test('a customer meets no jargon', async (t) => {
  const words =
    /\b(tokens?|oauth|consents?|callback|state|redirect|request id|http|cookies?|autorisatie|server)\b/i
  for (const language of languages)
    for (const kind of kinds)
      for (const sentence of sentences)
        t.notMatch(texts[language].pages[kind][sentence], words, `${kind} ${language} ${sentence}`)
})

t.test('Dutch says u', async (t) => {
  t.notMatch(JSON.stringify(texts.nl), /\b(je|jij|jou|jouw)\b/i)
})

t.test('a page runs no script and fetches nothing', async (t) => {
  for (const kind of kinds) {
    const page = renderPage(kind, 'nl', { requestId: 'req-1' })
    t.notMatch(page, /<script|<link|<img|<form|\son\w+=|\sstyle=|\ssrc=|url\(|@import|https?:/i, kind)
  }
})

t.test('the request id is escaped, and left out when there is none', async (t) => {
  const page = renderPage('server_error', 'en', { requestId: `<b a="1" c='2'>&` })
  t.match(page, '<code>&lt;b a=&quot;1&quot; c=&#39;2&#39;&gt;&amp;</code>')
  t.notMatch(page, '<b a=')
  t.notMatch(renderPage('server_error', 'en'), '<footer>')
  t.notMatch(renderPage('server_error', 'en', { requestId: '' }), '<footer>')
})

t.test('only the pages that wait refresh themselves', async (t) => {
  for (const kind of kinds) {
    const refreshes = renderPage(kind, 'en', { refreshSeconds: 5 }).includes(
      'http-equiv="refresh" content="5"',
    )
    t.equal(refreshes, kind === 'in_progress' || kind === 'busy', kind)
  }
})

t.test('a refresh is a whole number of seconds that lets the broker breathe', async (t) => {
  const cases: [number | undefined, number][] = [
    [undefined, 3],
    [2, 2],
    [1.2, 2],
    [0, 1],
    [-4, 1],
    [86_400, 300],
    [Number.NaN, 3],
    [Number.POSITIVE_INFINITY, 3],
  ]
  for (const [refreshSeconds, seconds] of cases) {
    const options = refreshSeconds === undefined ? {} : { refreshSeconds }
    const page = renderPage('in_progress', 'nl', options)
    t.ok(page.includes(`<meta http-equiv="refresh" content="${seconds}">`), `${refreshSeconds}`)
  }
})

t.test('the policy allows the style in the page, and nothing else', async (t) => {
  for (const kind of kinds) {
    const [style = '', ...others] = contentsOf(renderPage(kind, 'en'), 'style')
    const hash = createHash('sha256').update(style).digest('base64')
    t.strictSame(others, [])
    t.equal(
      PAGE_CSP,
      `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    )
  }
})

t.test('the language is the one the browser prefers', async (t) => {
  const cases: [string | undefined, Language][] = [
    [undefined, 'en'],
    ['', 'en'],
    ['nl', 'nl'],
    ['NL-nl', 'nl'],
    ['nl-BE,nl;q=0.9,en;q=0.8', 'nl'],
    ['en-US,en;q=0.9,nl;q=0.8', 'en'],
    ['en;q=0.8, nl;q=0.9', 'nl'],
    ['en;q=0.8\t;, nl;q=0.1', 'nl'],
    ['de, fr;q=0.9, nl;q=0.1', 'nl'],
    ['de', 'en'],
    ['nl, en', 'nl'],
    ['en, nl', 'en'],
    ['nl-NL, en;q=1.000', 'nl'],
    ['nl;q=0', 'en'],
    ['en;q=0', 'en'],
    ['en;q=0, *', 'nl'],
    ['nl;q=0, *', 'en'],
    ['*', 'en'],
    ['*, nl;q=0.5', 'en'],
    ['en;q=0.5, *', 'nl'],
    ['*;q=0.5, nl;q=0.5', 'nl'],
    ['fy-NL, *;q=0.1', 'en'],
    ['nl-NL;q=0.2, nl;q=0.9, en;q=0.5', 'nl'],
    ['nl ; q=0.9 , en ; Q=0.5', 'nl'],
  ]
  for (const [header, language] of cases) t.equal(chooseLanguage(header), language, `${header}`)
})

t.test('a malformed preference is left out, the others count', async (t) => {
  const cases: [string, Language][] = [
    ['nl;q=2, en;q=0.1', 'en'],
    ['nl;q=-1', 'en'],
    ['nl;q=0.1234', 'en'],
    ['nl;q=', 'en'],
    ['nl;q=1;q=0', 'en'],
    ['nl_NL', 'en'],
    ['nlx, nld', 'en'],
    ['-nl', 'en'],
    ['nl-', 'en'],
    ['nl-abcdefghi', 'en'],
    [';q=1,,, ,nl', 'nl'],
    ['\u0000, <script>, nl', 'nl'],
    ['__proto__, constructor, nl;q=0.1', 'nl'],
  ]
  for (const [header, language] of cases) t.equal(chooseLanguage(header), language, JSON.stringify(header))
})

t.test('of a huge header only the beginning is read, and no half of a range', async (t) => {
  t.equal(chooseLanguage(`nl,${'x'.repeat(5_000_000)}`), 'nl')
  t.equal(chooseLanguage(`${'de,'.repeat(1_000_000)}nl`), 'en')
  t.equal(chooseLanguage(`${'a-'.repeat(2_500_000)};q=`), 'en')
  t.equal(chooseLanguage(`${'d'.repeat(997)},nlx`), 'en')
  t.equal(chooseLanguage(`${'d'.repeat(997)},nl`), 'nl')
})
