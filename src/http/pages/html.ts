/** Markup that is safe to put into a page. */
export interface Html {
  readonly markup: string
}

type Piece = string | number | Html | undefined

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Builds markup from a template; whatever is put into it is escaped, unless it is markup itself. */
export function html(parts: TemplateStringsArray, ...pieces: Piece[]): Html {
  return { markup: parts.reduce((markup, part, at) => markup + markupOf(pieces[at - 1]) + part) }
}

function markupOf(piece: Piece): string {
  if (piece === undefined) return ''
  return typeof piece === 'object' ? piece.markup : escaped(String(piece))
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? character)
}
