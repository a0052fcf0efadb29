import { randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { Webhook } from 'standardwebhooks'
import type t from 'tap'
import { waitFor } from '../../support/wait-for.ts'

type Test = Pick<typeof t, 'teardown'>

export interface Received {
  readonly id: string
  readonly type: string
  readonly timestamp: string
  // biome-ignore lint/suspicious/noExplicitAny: tests look into payloads of every shape
  readonly data: any
  readonly headers: IncomingMessage['headers']
  readonly text: string
}

/** What a receiver answers; one that ends nothing hangs. */
export type Answer = (response: ServerResponse, received: Received) => void

export interface Receiver {
  readonly url: string
  readonly secret: string
  /** Whatever came with a right signature, in order. */
  readonly received: Received[]
  /** Bodies whose signature was wrong. */
  readonly forged: string[]
  /** How it answers from here on; 204 at first. */
  answer: Answer
  typesOf(consentId: string): string[]
  /** Waits until these came of a consent, in order and nothing else. */
  untilTypes(consentId: string, types: readonly string[]): Promise<unknown>
  close(): Promise<void>
}

export const status =
  (code: number, headers: Record<string, string> = {}): Answer =>
  (response) =>
    response.writeHead(code, headers).end()

export function newSecret(): string {
  return `whsec_${randomBytes(32).toString('base64')}`
}

/** A subscriber's own server on loopback, which checks each signature by the library. */
export async function startReceiver(
  t: Test,
  options: { port?: number; secret?: string } = {},
): Promise<Receiver> {
  const secret = options.secret ?? newSecret()
  const library = new Webhook(secret)
  const onRequest: RequestListener = async (request, response) => {
    const body = await text(request)
    try {
      library.verify(body, request.headers as Record<string, string>)
    } catch {
      receiver.forged.push(body)
      response.writeHead(401).end()
      return
    }
    const received = {
      ...JSON.parse(body),
      id: request.headers['webhook-id'],
      headers: request.headers,
      text: body,
    }
    receiver.received.push(received)
    receiver.answer(response, received)
  }
  const server = createServer(onRequest)
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve))
  const typesOf = (consentId: string) =>
    receiver.received.filter(({ data }) => data.consent_id === consentId).map(({ type }) => type)
  const receiver: Receiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    secret,
    received: [],
    forged: [],
    answer: status(204),
    typesOf,
    untilTypes: async (consentId, types) => {
      try {
        return await waitFor(`${types}`, () => JSON.stringify(typesOf(consentId)) === JSON.stringify(types))
      } catch (cause) {
        throw new Error(`expected ${types}, and got ${typesOf(consentId)}`, { cause })
      }
    },
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  t.teardown(receiver.close)
  return receiver
}
