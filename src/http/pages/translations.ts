import type { Language, Texts } from './texts.ts'
import { en } from './texts-en.ts'
import { nl } from './texts-nl.ts'

/** The texts of each language. */
export const texts: Readonly<Record<Language, Texts>> = { nl, en }
