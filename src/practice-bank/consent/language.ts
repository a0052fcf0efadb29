import type { FastifyRequest } from 'fastify'
import { readParameters } from '../parameters.ts'
import type { Language } from './texts.ts'

/** Tells whether a text names a language of the pages. */
export function isLanguage(text: string | undefined): text is Language {
  return text === 'en' || text === 'nl'
}

/** Finds the language asked for by a link, or else the one a browser likes best (RFC 9110 §12.5.4); else English. */
export function languageOf(request: FastifyRequest): Language {
  const { language } = readParameters(request.query).values
  if (isLanguage(language)) return language
  const ranges = (request.headers['accept-language'] ?? '').slice(0, 500).split(',').map(readRange)
  return weightOf('nl', ranges) > weightOf('en', ranges) ? 'nl' : 'en'
}

interface LanguageRange {
  readonly language: string
  readonly weight: number
}

// The weight falls a little from one range to the next, so that of two alike the first wins.
function readRange(text: string, place: number): LanguageRange {
  const [tag = '', quality = ''] = text.split(';')
  const weight = Number(/^\s*q=([\d.]+)\s*$/.exec(quality)?.[1] ?? 1)
  return { language: tag.trim().toLowerCase().split('-', 1)[0] ?? '', weight: weight - place / 1e6 }
}

function weightOf(language: Language, ranges: readonly LanguageRange[]): number {
  return Math.max(0, ...ranges.filter((range) => range.language === language).map(({ weight }) => weight))
}
