import type { Problem } from './types.ts'

/**
 * Why a call came to nothing: a code of the document, `unreachable` where no answer came (try again), or
 * `unexpected_answer` where something answered that is not the broker. A later broker may know further codes.
 */
export type ErrorCode = Problem['code'] | 'unreachable' | 'unexpected_answer'

interface ErrorFields {
  readonly status?: number | undefined
  readonly requestId?: string | undefined
  readonly field?: string | undefined
  readonly retryAfterSeconds?: number | undefined
  readonly cause?: unknown
}

/** A call that the broker refused, or that never got an answer. It holds no key and no token. */
export class TokenBrokerError extends Error {
  readonly code: ErrorCode
  /** What went wrong this time, for a person. */
  readonly detail: string
  /** Of the answer; undefined where none came. */
  readonly status: number | undefined
  /** Tell it to operations: their log has it. */
  readonly requestId: string | undefined
  /** The part of the request that is wrong. */
  readonly field: string | undefined
  /** After how long to send the same request again, where the broker says so. */
  readonly retryAfterSeconds: number | undefined

  constructor(code: ErrorCode, detail: string, fields: ErrorFields = {}) {
    super(`${code}: ${detail}`, fields.cause === undefined ? undefined : { cause: fields.cause })
    this.name = 'TokenBrokerError'
    this.code = code
    this.detail = detail
    this.status = fields.status
    this.requestId = fields.requestId
    this.field = fields.field
    this.retryAfterSeconds = fields.retryAfterSeconds
  }
}

/** Reads what a refused call was answered: a problem document (RFC 9457), or something else's answer. */
export function errorOf(
  { status, headers }: Pick<Response, 'status' | 'headers'>,
  text: string,
): TokenBrokerError {
  const retryAfterSeconds = wholeSeconds(headers.get('retry-after'))
  const problem = readProblem(text)
  if (problem === null) {
    const detail = `${status} was answered, without a problem document: is this the broker?`
    return new TokenBrokerError('unexpected_answer', detail, { status, retryAfterSeconds })
  }
  const { code, detail, request_id: requestId, field } = problem
  return new TokenBrokerError(code, detail, { status, requestId, field, retryAfterSeconds })
}

function readProblem(text: string): Problem | null {
  const answer = parseJson(text)
  const isProblem =
    typeof answer === 'object' &&
    answer !== null &&
    ['code', 'detail', 'request_id'].every((name) => typeof Reflect.get(answer, name) === 'string')
  return isProblem ? (answer as Problem) : null
}

/** `undefined` for what is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function wholeSeconds(value: string | null): number | undefined {
  return value !== null && /^\d{1,9}$/.test(value) ? Number(value) : undefined
}
