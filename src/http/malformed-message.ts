import { randomUUID } from 'node:crypto'
import { type ServerResponse, STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import type { FastifyBaseLogger } from 'fastify'
import { HttpError, type Problem, toProblem } from './problem.ts'

interface ClientError extends Error {
  readonly code?: string
}

export interface RefusalOptions {
  readonly log: FastifyBaseLogger
  readonly unanswered: ReadonlySet<ServerResponse>
  readonly latest: LatestAnswers
  /** Of every answer of this listener. */
  readonly headers: Readonly<Record<string, string>>
}

/** Answers what is no HTTP message at all with a problem document too; Fastify's error handler never sees it. */
export function refuseMalformedMessages({ log, unanswered, latest, headers }: RefusalOptions) {
  return answerTo

  function answerTo(error: ClientError, socket: Socket): void {
    if (isHandshake(socket)) log.debug({ code: error.code }, 'a TLS handshake came to nothing')
    if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy()
    const before = [...unanswered].findLast((answer) => isDueOn(socket, answer))
    if (isRestOf(latest.get(socket))) socket.destroySoon()
    else if (before !== undefined) closeAfter(before, socket)
    else refuse(error, socket)
  }

  function refuse({ code: cause }: ClientError, socket: Socket): void {
    const { problem } = toProblem(toHttpError(cause), randomUUID())
    const { status, code, request_id: requestId } = problem
    log.info({ requestId, status, code }, 'what came is no HTTP request')
    socket.write(printAnswer(problem, headers))
    // A client that keeps its own side open would keep the connection.
    socket.destroySoon()
  }
}

/** Plain HTTP, too old a version, no cipher in common: no answer of ours could be read. */
function isHandshake(socket: Socket): boolean {
  return socket instanceof TLSSocket && socket.alpnProtocol === null
}

/** The last answer that was begun, or is due, on each connection. */
export type LatestAnswers = Pick<WeakMap<Socket, ServerResponse>, 'get'>

/** Whether what is malformed belongs to a request that has its answer: a second would be taken for the next one's. */
function isRestOf(answer: ServerResponse | undefined): boolean {
  return answer !== undefined && !answer.req.complete && answer.writableEnded
}

/** Tells whether the client still waits for an answer there, which nothing may be written in front of. */
function isDueOn(socket: Socket, { req, headersSent }: ServerResponse): boolean {
  return req.socket === socket && (req.complete || headersSent)
}

const closing = new WeakSet<ServerResponse>()

function closeAfter(answer: ServerResponse, socket: Socket): void {
  if (closing.has(answer)) return
  closing.add(answer)
  if (!answer.headersSent) answer.setHeader('connection', 'close')
  answer.once('finish', () => socket.destroySoon())
}

function printAnswer(problem: Problem, headers: Readonly<Record<string, string>>): string {
  const body = JSON.stringify(problem)
  const all = {
    ...headers,
    'content-type': 'application/problem+json',
    'content-length': Buffer.byteLength(body),
    'x-request-id': problem.request_id,
    connection: 'close',
  }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`)
  const status = `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`
  return `${[status, ...lines].join('\r\n')}\r\n\r\n${body}`
}

function toHttpError(code: string | undefined): HttpError {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return new HttpError('headers_too_large', 'The headers are too large.')
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new HttpError('request_timeout', 'The request did not arrive in time.')
    default:
      return new HttpError('invalid_request', 'This is no valid HTTP request.')
  }
}
