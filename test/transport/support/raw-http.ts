import { once } from 'node:events'
import { connect } from 'node:net'

export interface RawAnswer {
  readonly status: number
  /** By their names in lower case; a name that comes twice holds both. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** Sends a message as it is over a connection of its own, and reads the answer until its end. */
export async function sendPlain(url: string, message: string): Promise<RawAnswer> {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname).setEncoding('latin1')
  let text = ''
  socket.on('data', (chunk) => (text += chunk)).on('error', () => {})
  socket.write(message)
  await once(socket, 'close')
  return parse(text)
}

function parse(text: string): RawAnswer {
  const [head = '', body = ''] = text.split(/\r\n\r\n(.*)/s)
  const [status = '', ...lines] = head.split('\r\n')
  const headers: Record<string, string> = {}
  for (const line of lines) {
    const [, name = '', value = ''] = /^([^:]+): ?(.*)$/.exec(line) ?? []
    const key = name.toLowerCase()
    headers[key] = key in headers ? `${headers[key]}, ${value}` : value
  }
  return { status: Number(status.split(' ')[1]), headers, body }
}

/** A request as it goes over the wire, with a body where the method has one. */
export function requestOf(route: string, headers = ''): string {
  return `${route} HTTP/1.1\r\nHost: broker\r\nConnection: close\r\n${headers}\r\n`
}

/** What is no request, or none that can be answered, by what is wrong with it. */
export const MALFORMED: Readonly<Record<string, string>> = {
  'no HTTP': 'nonsense\r\n\r\n',
  'a method that is none': requestOf('NONSENSE /'),
  'a version that is none': 'GET / HTTP/9.9\r\nHost: broker\r\n\r\n',
  'headers without an end of their names': 'GET / HTTP/1.1\r\nHost broker\r\n\r\n',
  'headers that are too large': requestOf('GET /', `X-Large: ${'x'.repeat(70_000)}\r\n`),
  'two lengths': requestOf('POST /', 'Content-Length: 1\r\nContent-Length: 2\r\n'),
  'a length and chunks': requestOf('POST /', 'Content-Length: 1\r\nTransfer-Encoding: chunked\r\n'),
  'no host': 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n',
  'a URL that is too long': requestOf(`GET /${'x'.repeat(9_000)}`),
  'a URL that cannot be decoded': requestOf('GET /%zz'),
  'a URL that is no UTF-8': requestOf('GET /start/%ff'),
  'another host':
    'GET http://elsewhere.example/ HTTP/1.1\r\nHost: elsewhere.example\r\nConnection: close\r\n\r\n',
  'a path that looks like a host': requestOf('GET //elsewhere.example/%2f..'),
}
