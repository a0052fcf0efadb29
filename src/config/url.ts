import { isIPv6 } from 'node:net'
import { isLoopbackHttp } from '../bank/loopback.ts'
import { Secret } from '../core/secret.ts'
import type { Parsed, Parser } from './parser.ts'

/** Reads an endpoint, kept letter by letter: banks compare a redirect URI as text (RFC 6749 section 3.1.2.3). */
export const endpoint: Parser<string> = {
  example: 'https://auth.example.nl/as/token.oauth2',
  read(text) {
    const problem = urlProblem(text)
    return problem === null ? { value: text } : { problem }
  },
}

/** Reads a URL that paths are put behind; a slash at its end is dropped. */
export const baseUrl: Parser<string> = {
  example: 'https://consent.example.nl',
  read(text) {
    const problem = urlProblem(text) ?? (text.includes('?') ? 'must not have a query' : null)
    return problem === null ? { value: text.replace(/\/+$/, '') } : { problem }
  },
}

/** Reads a comma-separated list of origins (RFC 6454 section 6.2). */
export const origins: Parser<readonly string[]> = {
  example: 'https://app.example.nl,https://www.example.nl',
  read(text) {
    const entries = text.split(',').map((entry) => entry.trim())
    const problem = entries.map(originProblem).find((found) => found !== null)
    return problem === undefined ? { value: entries.map((entry) => new URL(entry).origin) } : { problem }
  },
}

/** Reads a PostgreSQL connection URL; it holds a password, so it becomes a Secret. */
export const databaseUrl: Parser<Secret> = {
  example: 'postgresql://broker:password@db.example.nl:5432/broker',
  read(text): Parsed<Secret> {
    // `user:password@/broker?host=/run/postgresql` (a Unix socket) is pg's own form, and no URL to Node.
    const isPostgres = /^postgres(ql)?:\/\//.test(text) && URL.canParse(text.replace('@/', '@localhost/'))
    return isPostgres ? { value: new Secret(text) } : { problem: 'must be a postgresql:// URL' }
  },
}

/** Reads a host to listen on: a name or an address, without a port. */
export const host: Parser<string> = {
  example: '127.0.0.1',
  read: (text) =>
    /^[\w.-]+$/.test(text) || isIPv6(text)
      ? { value: text }
      : { problem: 'must be a host name or an address, without a scheme or port' },
}

function originProblem(entry: string): string | null {
  const problem = urlProblem(entry)
  if (problem !== null) return `has an entry that ${problem}`
  const { hostname, pathname, search } = new URL(entry)
  if (hostname.includes('*')) return 'has an entry with a wildcard, where each origin must be named'
  return pathname === '/' && search === '' ? null : 'has an entry that is more than scheme, host and port'
}

// Lower case alone: the text is kept as it is, and others look for https:// at its beginning.
function urlProblem(text: string): string | null {
  if (!/^https?:\/\/[^\s\\]+$/.test(text) || !URL.canParse(text)) return 'must be an https URL'
  const { protocol, username, password } = new URL(text)
  if (username !== '' || password !== '') return 'must not hold a user name or password'
  if (text.includes('#')) return 'must not have a fragment'
  return protocol === 'https:' || isLoopbackHttp(text) ? null : 'must be https, or http on a loopback host'
}
