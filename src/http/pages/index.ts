export { chooseLanguage } from './language.ts'
export { type PageOptions, renderPage } from './render.ts'
export { PAGE_CSP } from './style.ts'
export type { Language, PageKind } from './texts.ts'
