import type { FastifyReply } from 'fastify'
import type { JsonObject } from './faults.ts'

/** What goes back over the wire, before it is text. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | JsonObject
  /** Follows the JSON text; PingFederate ends its errors with a line break (ABNAMRO.md §4). */
  readonly ending?: string
}

const jsonHeaders = { 'content-type': 'application/json;charset=utf-8' }

/** Makes a JSON answer. */
export function json(status: number, body: JsonObject, headers: Record<string, string> = {}): Answer {
  return { status, headers: { ...jsonHeaders, ...headers }, body }
}

/** Makes an answer that says nothing more (RFC 9110 §15.3.5). */
export function noContent(): Answer {
  return { status: 204, headers: {}, body: '' }
}

/** Makes a redirect of the customer's browser. */
export function redirect(location: string, headers: Record<string, string> = {}): Answer {
  return { status: 302, headers: { location, 'cache-control': 'no-cache, no-store', ...headers }, body: '' }
}

/** Tells the text of an answer's body. */
export function textOf({ body, ending = '' }: Answer): string {
  return typeof body === 'string' ? body : JSON.stringify(body) + ending
}

/** Writes an answer. */
export function send(reply: FastifyReply, answer: Answer): FastifyReply {
  return reply.code(answer.status).headers(answer.headers).send(textOf(answer))
}
