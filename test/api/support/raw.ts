import { connect } from 'node:net'
import { assertDocumented } from '../../support/contract.ts'

export interface RawAnswer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
}

/** Sends bytes as they are and reads to the end; for what no HTTP client would send. */
export async function sendRaw(url: string, message: string | Buffer): Promise<RawAnswer> {
  const { hostname, port } = new URL(url)
  const answer = await new Promise<string>((resolve, reject) => {
    const chunks: Buffer[] = []
    const socket = connect(Number(port), hostname, () => socket.write(message))
    socket.setTimeout(5_000, () => socket.destroy(new Error('no answer in time')))
    socket.on('data', (chunk) => chunks.push(chunk))
    socket.on('close', () => resolve(Buffer.concat(chunks).toString()))
    socket.on('error', reject)
  })
  return parse(answer)
}

/** The lines of a request that asks to be the connection's last, and its body. */
export function rawRequest(
  line: string,
  headers: Record<string, string>,
  body: string | Buffer = '',
): Buffer {
  const all = {
    Host: 'broker',
    Connection: 'close',
    ...(body.length === 0 ? {} : { 'Content-Length': String(Buffer.byteLength(body)) }),
    ...headers,
  }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
  return Buffer.concat([Buffer.from(`${line} HTTP/1.1\r\n${lines.join('')}\r\n`), Buffer.from(body)])
}

function parse(answer: string): RawAnswer {
  const [head = '', ...rest] = answer.split('\r\n\r\n')
  const [status = '', ...lines] = head.split('\r\n')
  const headers = new Headers(
    lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]),
  )
  return { status: Number(status.split(' ')[1] ?? 0), headers, text: rest.join('\r\n\r\n') }
}

/** Sends and checks the answer against the document. */
export async function exchange(url: string, route: string, message: string | Buffer): Promise<RawAnswer> {
  const answer = await sendRaw(url, message)
  assertDocumented(route, answer)
  return answer
}
