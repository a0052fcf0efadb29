/** A code of ours, of SQL, of Node or of HTTP, or the name of a class. */
const PLAIN_WORD = /^\w{1,60}$/

/** Names what was raised, and quotes nothing of it: a message may hold what was sent. */
export function failureOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return 'error'
  const { code, name } = error as { code?: unknown; name?: unknown }
  for (const word of [code, name]) {
    if ((typeof word === 'string' || typeof word === 'number') && PLAIN_WORD.test(`${word}`)) return `${word}`
  }
  return 'error'
}
