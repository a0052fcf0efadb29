import type { Language, Texts } from './texts.ts'
import { en } from './texts-en.ts'
import { nl } from './texts-nl.ts'

/** The texts of each language. */
export const translations: Readonly<Record<Language, Texts>> = { en, nl }
