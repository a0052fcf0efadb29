import { randomUUID } from 'node:crypto'
import { type ServerResponse, STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyBaseLogger } from 'fastify'
import { HttpError, type Problem, toProblem } from './problem.ts'

interface ClientError extends Error {
  readonly code?: string
}

/** Answers what is no HTTP message at all with a problem document too; Fastify's error handler never sees it. */
export function refuseMalformedMessages(log: FastifyBaseLogger, unanswered: ReadonlySet<ServerResponse>) {
  return answerTo

  function answerTo(error: ClientError, socket: Socket): void {
    if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy()
    const before = [...unanswered].findLast((answer) => isDueOn(socket, answer))
    if (before !== undefined) closeAfter(before, socket)
    else refuse(error, socket)
  }

  function refuse({ code: cause }: ClientError, socket: Socket): void {
    const { problem } = toProblem(toHttpError(cause), randomUUID())
    const { status, code, request_id: requestId } = problem
    log.info({ requestId, status, code }, 'what came is no HTTP request')
    socket.write(printAnswer(problem))
    // A client that keeps its own side open would keep the connection.
    socket.destroySoon()
  }
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

function printAnswer(problem: Problem): string {
  const body = JSON.stringify(problem)
  const head = [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
    'Content-Type: application/problem+json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Cache-Control: no-store',
    `X-Request-Id: ${problem.request_id}`,
    'Connection: close',
  ]
  return `${head.join('\r\n')}\r\n\r\n${body}`
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
