import { harmless } from './printable.ts'

/** How a command ends. */
export const EXIT = { ok: 0, failed: 1, usage: 2, interrupted: 130 } as const
export type Exit = (typeof EXIT)[keyof typeof EXIT]

/** The words or settings of a command are wrong, and nothing was done: a whole sentence, exit code 2. */
export class UsageError extends Error {}

/** What was asked for could not be done: whole sentences for people, exit code 1. */
export class Failure extends Error {}

/** RFC 9457, as the broker answers it. */
export interface Problem {
  readonly status: number
  readonly code: string
  readonly detail: string
  readonly request_id: string
  readonly field?: string
}

/** The broker refused a request, and said why. */
export class Refused extends Failure {
  readonly problem: Problem
  /** How long it asks to wait before another try; null where it does not say. */
  readonly retryAfterSeconds: number | null

  constructor(problem: Problem, retryAfterSeconds: number | null) {
    super(sentenceOf(problem))
    this.problem = problem
    this.retryAfterSeconds = retryAfterSeconds
  }
}

const HINTS: Readonly<Record<string, string>> = {
  unauthorized: 'Check the key in TOKEN_BROKER_KEY_FILE or TOKEN_BROKER_KEY.',
  forbidden: 'Use the key of a caller that has it: CALLERS_FILE of the broker says who has what.',
  client_certificate_required: 'Set TOKEN_BROKER_CERT_FILE and TOKEN_BROKER_CERT_KEY_FILE.',
  internal_error: 'The log of the broker tells more, by the request id.',
}

function sentenceOf({ code, detail, field, request_id: id }: Problem): string {
  const named = field === undefined || detail.startsWith(`${field}:`) ? detail : `${field}: ${detail}`
  const stop = /[.!?]$/.test(named) ? '' : '.'
  const hint = HINTS[code] === undefined ? '' : ` ${HINTS[code]}`
  return harmless(`${named}${stop}${hint} (${code}, request ${id})`)
}
