import { once } from 'node:events'
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls'
import type { Test } from 'tap'
import { Agent, request } from 'undici'
import type { Pem } from '../../bank/support/certificates.ts'

type Teardown = Pick<Test, 'teardown'>

export interface TlsClientOptions {
  /** Whom the listener is taken by. */
  readonly ca: string
  /** What is shown; none where left out. */
  readonly own?: Pem | undefined
  readonly connections?: number
}

export interface TlsAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  readonly text: string
}

/** A caller that keeps its connections, or with `connection: close` makes each anew. */
export function createTlsClient(t: Teardown, { ca, own, connections = 1 }: TlsClientOptions) {
  const agent = new Agent({ connections, connect: { ca, cert: own?.cert, key: own?.key } })
  t.teardown(() => agent.destroy())

  /** Asks as `GET /path` says. */
  async function ask(url: string, route: string, headers: Record<string, string> = {}): Promise<TlsAnswer> {
    const [method = '', path = ''] = route.split(' ')
    const answer = await request(new URL(path, url), { method, headers, dispatcher: agent })
    return { status: answer.statusCode, headers: answer.headers, text: await answer.body.text() }
  }

  return { agent, ask }
}

/** Makes one connection; rejects with what the handshake came to. */
export async function handshake(t: Teardown, url: string, options: ConnectionOptions): Promise<TLSSocket> {
  const { hostname: host, port } = new URL(url)
  const socket = connect({ host, port: Number(port), servername: 'localhost', ...options })
  t.teardown(() => socket.destroy())
  await once(socket, 'secureConnect')
  return socket.on('error', () => {}).resume()
}

/** Sends a message as it is, and resolves all that came back until the end of the connection. */
export async function sendRaw(socket: TLSSocket, message: string): Promise<string> {
  let text = ''
  socket.on('data', (chunk) => (text += chunk))
  socket.write(message)
  await once(socket, 'close')
  return text
}
