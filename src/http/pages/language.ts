import type { Language } from './texts.ts'

interface LanguageRange {
  readonly language: string
  readonly quality: number
}

/** How strongly a language is wished for; of two with one quality, the one named first. */
interface Wish {
  readonly quality: number
  readonly place: number
}

/** Browsers send less than a hundred characters; what is beyond this is not read. */
const MAX_HEADER_LENGTH = 1_000

/** RFC 9110 section 12.5.4: a basic language range (RFC 4647) and its weight; nothing in it can backtrack far. */
const RANGE = /^(\*|[a-z]{1,8})(?:-[a-z0-9]{1,8})*(?:[ \t]*;[ \t]*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?))?$/i

/** Chooses the language of the pages from an `Accept-Language` header; what it cannot read it leaves out. */
export function chooseLanguage(acceptLanguage: string | undefined): Language {
  const ranges = readRanges(acceptLanguage ?? '')
  const nl = wishFor('nl', ranges)
  const en = wishFor('en', ranges)
  if (nl.quality !== en.quality) return nl.quality > en.quality ? 'nl' : 'en'
  return nl.quality > 0 && nl.place < en.place ? 'nl' : 'en'
}

function readRanges(header: string): LanguageRange[] {
  const members = header.slice(0, MAX_HEADER_LENGTH).split(',')
  // The cut may have made another language of the last one.
  if (header.length > MAX_HEADER_LENGTH) members.pop()
  return members.flatMap((member) => readRange(member.trim()) ?? [])
}

function readRange(member: string): LanguageRange | null {
  const [, language, quality = '1'] = RANGE.exec(member) ?? []
  return language === undefined ? null : { language: language.toLowerCase(), quality: Number(quality) }
}

function wishFor(language: Language, ranges: readonly LanguageRange[]): Wish {
  const named = ranges.filter((range) => range.language === language)
  // RFC 4647 section 3.3.1: `*` stands only for what is not named.
  if (named.length === 0) return { quality: bestQuality(ranges, '*'), place: Number.POSITIVE_INFINITY }
  const quality = bestQuality(named, language)
  return {
    quality,
    place: ranges.findIndex((range) => range.language === language && range.quality === quality),
  }
}

function bestQuality(ranges: readonly LanguageRange[], language: string): number {
  return ranges.reduce(
    (best, range) => (range.language === language ? Math.max(best, range.quality) : best),
    0,
  )
}
