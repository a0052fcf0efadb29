import type { IncomingMessage } from 'node:http'
import { MOST_HEADERS } from './limits/server-limits.ts'
import { HttpError } from './problem.ts'

const LONGEST_URL = 8_000

/** Of these Node takes the first; whoever else reads the message may take the last. */
const ONCE: ReadonlySet<string> = new Set(['host', 'authorization', 'content-type'])

/** Raises for a message that is HTTP, but that we do not take. */
export function assertMessage({ url = '', headers, rawHeaders, httpVersion }: IncomingMessage): void {
  if (url.length > LONGEST_URL) {
    throw new HttpError('uri_too_long', `The URL is longer than ${LONGEST_URL} characters.`)
  }
  if (rawHeaders.length > 2 * MOST_HEADERS) {
    throw new HttpError('headers_too_large', `There are more than ${MOST_HEADERS} headers.`)
  }
  const twice = findTwice(rawHeaders)
  if (twice !== null) throw new HttpError('invalid_request', `${twice}: comes twice`, { field: twice })
  if (headers.host === undefined && httpVersion !== '1.0') {
    throw new HttpError('invalid_request', 'host: is missing', { field: 'host' })
  }
}

/** Two hosts are refused by RFC 9112 section 3.2; two callers or types are as much in doubt. */
function findTwice(rawHeaders: readonly string[]): string | null {
  const seen = new Set<string>()
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]?.toLowerCase() ?? ''
    if (!ONCE.has(name)) continue
    if (seen.has(name)) return name
    seen.add(name)
  }
  return null
}
