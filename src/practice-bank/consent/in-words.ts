import { type Html, html } from './html.ts'
import type { Language } from './texts.ts'

/** Builds one line of a description list. */
export function row(term: string, description: string | Html): Html {
  return html`<div><dt>${term}</dt><dd>${description}</dd></div>`
}

/** Writes a date as people of that language do, in the bank's time zone. */
export function longDate(at: number, language: Language): string {
  const form = { dateStyle: 'long', timeZone: 'Europe/Amsterdam' } as const
  return new Intl.DateTimeFormat(localeOf(language), form).format(at)
}

/** Writes an amount as people of that language do. */
export function money(
  { amount, currency }: { amount: number; currency: string },
  language: Language,
): string {
  return new Intl.NumberFormat(localeOf(language), { style: 'currency', currency }).format(amount)
}

function localeOf(language: Language): string {
  return language === 'nl' ? 'nl-NL' : 'en-GB'
}
