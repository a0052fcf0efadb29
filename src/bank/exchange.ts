import { type Client, type Dispatcher, errors } from 'undici'
import { LONGEST_BODY } from './answer-body.ts'
import {
  CERTIFICATE_REJECTED,
  ConnectionFailure,
  errorCode,
  isCertificateAlert,
} from './connection-failure.ts'
import { type Deadlines, runAt } from './deadlines.ts'
import type { Answered, Exchange } from './outcome.ts'

export interface BankRequest {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | null
}

type Head = Pick<Answered, 'status' | 'retryAfter' | 'served'> & { readonly encoding: string | null }

const LOST: Readonly<Record<string, string>> = {
  ECONNRESET: 'connection_reset',
  EPIPE: 'connection_reset',
  UND_ERR_SOCKET: 'connection_reset',
  UND_ERR_HEADERS_OVERFLOW: 'answer_malformed',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'connection_reset',
}

const NOT_SENT = new ConnectionFailure('not_sent')
const TOO_LATE = new ConnectionFailure('abandoned')

/**
 * Sends one request and waits until its connection ends or it is abandoned; never raises.
 *
 * It reads the answer chunk by chunk off the dispatcher rather than from `undici.request`'s body stream: a
 * destroyed stream drops what it had buffered, and the tokens may stand in just that.
 */
export function exchange(client: Client, request: BankRequest, deadlines: Deadlines): Promise<Exchange> {
  const { leaveBy, endBy } = deadlines
  const { promise, resolve } = Promise.withResolvers<Exchange>()
  const handler = new ExchangeHandler(resolve, leaveBy)
  const timers = [runAt(leaveBy, () => handler.recall()), runAt(endBy, () => handler.expire())]
  // Time limits are ours alone: undici's own have the grain of a second and would end an exchange early.
  client.dispatch({ ...request, headers: { ...request.headers }, headersTimeout: 0, bodyTimeout: 0 }, handler)
  return promise.finally(() => timers.forEach(clearTimeout))
}

class ExchangeHandler implements Dispatcher.DispatchHandler {
  readonly #resolve: (exchange: Exchange) => void
  readonly #leaveBy: number
  #settled = false
  #sentAtMs = 0
  #controller: Dispatcher.DispatchController | null = null
  #head: Head | null = null
  #chunks: Uint8Array[] = []
  #size = 0

  constructor(resolve: (exchange: Exchange) => void, leaveBy: number) {
    this.#resolve = resolve
    this.#leaveBy = leaveBy
  }

  /** Runs just before the bytes are written: from here on the request counts as left. */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    // The time is looked at here too, for a busy event loop runs timers late.
    if (this.#settled || this.#controller !== null || performance.now() > this.#leaveBy) {
      controller.abort(TOO_LATE)
      return
    }
    this.#controller = controller
    this.#sentAtMs = performance.now()
  }

  onResponseStart(_: unknown, status: number, headers: Record<string, string | string[] | undefined>): void {
    if (status < 200) return
    const encoding = firstValue(headers['content-encoding'])
    const date = firstValue(headers.date)
    const served = { date, sentAtMs: this.#sentAtMs, receivedAtMs: performance.now() }
    this.#head = { status, retryAfter: firstValue(headers['retry-after']), served, encoding }
  }

  onResponseData(_: unknown, chunk: Uint8Array): void {
    this.#chunks.push(chunk.subarray(0, LONGEST_BODY - this.#size))
    this.#size += chunk.length
    if (this.#size > LONGEST_BODY) this.#stop('answer_too_large')
  }

  onResponseEnd(): void {
    this.#settle(null)
  }

  onResponseError(_: unknown, error: Error): void {
    if (this.#controller === null) this.#finish(unsent(error))
    else this.#settle(lostReason(error))
  }

  /** Calls off what has not left by now. */
  recall(): void {
    if (this.#controller === null) this.#finish(unsent(TOO_LATE))
  }

  /** Gives up, but for an answer it looks once more. */
  expire(): void {
    // One more turn of the loop: an answer already in the kernel counts, however late this timer runs.
    setImmediate(() => this.#stop('abandoned'))
  }

  #stop(reason: string): void {
    if (this.#settled) return
    this.#settle(reason)
    this.#controller?.abort(new Error('The exchange was ended on our side.'))
  }

  #settle(cutOff: string | null): void {
    if (this.#head === null) {
      this.#finish({ state: 'lost', reason: cutOff ?? 'answer_malformed' })
      return
    }
    const { status, retryAfter, served, encoding } = this.#head
    const body = { bytes: Buffer.concat(this.#chunks), encoding }
    this.#finish({ state: 'answered', status, retryAfter, served, body, cutOff })
  }

  #finish(result: Exchange): void {
    this.#settled = true
    this.#resolve(result)
  }
}

function unsent(error: Error): Exchange {
  const { code, ourFault } = error instanceof ConnectionFailure ? error : NOT_SENT
  return { state: 'unsent', reason: code, ourFault }
}

function lostReason(error: Error): string {
  if (error instanceof errors.HTTPParserError) return 'answer_malformed'
  if (isCertificateAlert(error)) return CERTIFICATE_REJECTED
  return LOST[errorCode(error)] ?? 'connection_lost'
}

function firstValue(value: string | string[] | undefined): string | null {
  return (Array.isArray(value) ? value[0] : value) ?? null
}
