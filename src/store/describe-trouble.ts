import pg from 'pg'

/** What SQLSTATEs and Node's codes come to, for a person; the first that fits. */
const SENTENCES: readonly (readonly [RegExp, string])[] = [
  [/^57P03$/, 'The database is starting up'],
  [/^(57P01|57P02)$/, 'The database is being shut down'],
  [/^53/, 'The database has no room for another connection'],
  [/^(55P03|40)/, 'The database is kept by another session from what the start needs'],
  [/^08P01$/, 'The pooler before the database cannot reach it, or does not let us in'],
  [/^25006$/, 'The database only reads at the moment'],
  [/^(28|3D000)/, 'The database refuses the login'],
  [
    /^(CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|HOSTNAME_|ERR_TLS_|ERR_SSL_)/,
    'The TLS connection to the database fails',
  ],
  [/^(ENOTFOUND|EAI_)/, "The name of the database's host is not known"],
]

/** Says why the database cannot be used, in a sentence that holds nothing of its address or content. */
export function describeTrouble(error: unknown): string {
  const code = codeOf(error)
  const [, words] = SENTENCES.find(([pattern]) => pattern.test(code)) ?? []
  return `${words ?? 'The database does not answer'}${code === '' ? '' : ` (${code})`}.`
}

function codeOf(error: unknown): string {
  if (error instanceof AggregateError) return codeOf(error.errors[0])
  if (!(error instanceof Error)) return ''
  const { code } = error as { code?: unknown }
  if (error instanceof pg.DatabaseError || /^[A-Z0-9_]{3,40}$/.test(String(code))) return String(code ?? '')
  return error.cause === undefined ? '' : codeOf(error.cause)
}
