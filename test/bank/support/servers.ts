import { once } from 'node:events'
import http from 'node:http'
import net from 'node:net'
import type { Test } from 'tap'
import { freePort } from '../../support/ports.ts'

type Teardown = Pick<Test, 'teardown'>

/** Listens on a free loopback port until the test ends, and drops every connection then. */
export async function listen(t: Teardown, server: net.Server): Promise<number> {
  const sockets = new Set<net.Socket>()
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('error', () => {}).once('close', () => sockets.delete(socket))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(async () => {
    const closed = once(server, 'close')
    server.close()
    for (const socket of sockets) socket.destroy()
    await closed
  })
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

export interface Received {
  readonly method: string
  readonly path: string
  readonly headers: http.IncomingHttpHeaders
  readonly form: URLSearchParams
  readonly socket: net.Socket
}

export type Reply = (received: Received, response: http.ServerResponse) => void

/** Reads whole requests and hands them to `reply`; `received` keeps them all. */
export function listener(reply: Reply): { onRequest: http.RequestListener; received: Received[] } {
  const received: Received[] = []
  const onRequest: http.RequestListener = async (request, response) => {
    let body = ''
    for await (const chunk of request) body += String(chunk)
    const { method = '', url: path = '', headers, socket } = request
    const one = { method, path, headers, form: new URLSearchParams(body), socket }
    received.push(one)
    reply(one, response)
  }
  return { onRequest, received }
}

/** Starts a plain http server on loopback. */
export async function startHttp(t: Teardown, reply: Reply) {
  const { onRequest, received } = listener(reply)
  const server = http.createServer(onRequest)
  const port = await listen(t, server)
  return { base: `http://127.0.0.1:${port}`, received, server }
}

/** Starts a TCP server that answers each whole request with `reply`, byte for byte. */
export async function startRaw(t: Teardown, reply: (socket: net.Socket) => void) {
  const server = net.createServer((socket) => {
    let seen = ''
    socket.on('data', (chunk) => {
      seen += chunk.toString('latin1')
      const [head = '', body] = seen.split('\r\n\r\n')
      const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0)
      if (body === undefined || body.length < length) return
      seen = ''
      reply(socket)
    })
  })
  return { base: `http://127.0.0.1:${await listen(t, server)}`, server }
}

/** Gives the address of a port where nobody listens. */
export async function closedPort(): Promise<string> {
  return `http://127.0.0.1:${await freePort()}`
}

/** Answers with JSON. */
export function json(response: http.ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

export const goodPair = {
  access_token: 'AT-1',
  refresh_token: 'RT-1',
  token_type: 'Bearer',
  expires_in: 7193,
}

/** Waits until something holds, turn by turn of the event loop. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 1))
}
