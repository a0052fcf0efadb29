import { randomUUID } from 'node:crypto'
import type { Socket } from 'node:net'
import { HttpError, PROBLEMS, toProblem } from './problem.ts'

interface ClientError extends Error {
  readonly code?: string
}

/** Answers what is no HTTP message at all with a problem document too; Fastify's error handler never sees it. */
export function answerMalformedMessage(error: ClientError, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy()
  const code = error.code === 'HPE_HEADER_OVERFLOW' ? 'headers_too_large' : 'invalid_request'
  const detail =
    code === 'headers_too_large' ? 'The headers are too large.' : 'This is no valid HTTP request.'
  const { problem } = toProblem(new HttpError(code, detail), randomUUID())
  const body = JSON.stringify(problem)
  const { status } = PROBLEMS[code]
  const head = `HTTP/1.1 ${status} ${status === 400 ? 'Bad Request' : 'Request Header Fields Too Large'}`
  socket.end(
    `${head}\r\nContent-Type: application/problem+json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  )
}
