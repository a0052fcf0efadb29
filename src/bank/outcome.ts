import type { TokenOutcome } from '../core/bank.ts'
import { retryAfterMs } from '../core/retry-after.ts'
import { type AnswerBody, keepRaw, readJsonObject } from './answer-body.ts'
import { CERTIFICATE_REJECTED } from './connection-failure.ts'
import type { BankProfile } from './profiles.ts'
import type { ServerDate } from './server-clock.ts'
import { readTokens } from './token-answer.ts'

/** How one exchange ended, as the transport saw it. */
export type Exchange = Unsent | Lost | Answered

/** The request never left this process. */
export interface Unsent {
  readonly state: 'unsent'
  readonly reason: string
  /** The bank refused our certificate before we could speak. */
  readonly ourFault: boolean
}

/** The request left, and no final status ever came. */
export interface Lost {
  readonly state: 'lost'
  readonly reason: string
}

export interface Answered {
  readonly state: 'answered'
  readonly status: number
  readonly retryAfter: string | null
  readonly served: ServerDate
  readonly body: AnswerBody
  /** Why the body is not whole, or null when it is. */
  readonly cutOff: string | null
  /** The certificate of its connection, as `x5t#S256`. */
  readonly certificate?: string
}

/** What a bank's answers mean, as its profile has it. */
export type ErrorTables = Pick<BankProfile, 'tokenErrors' | 'notProcessedStatuses'>

/** Judges one call to the token endpoint by transport, status and `error` member alone (DESIGN 4.2). */
export function tokenOutcome(exchange: Exchange, tables: ErrorTables, now: Date): TokenOutcome {
  if (exchange.state === 'lost') return lostOutcome(exchange)
  if (exchange.state === 'answered') return answeredOutcome(exchange, tables, now)
  return exchange.ourFault
    ? { kind: 'our_fault', reason: exchange.reason }
    : { kind: 'not_processed', reason: exchange.reason, left: false }
}

// What was written reaches nobody when the handshake ends in an alert: in TLS 1.3 the client has spoken before it
// is told (RFC 8446 section 4.4.2.4), and a server that asks in a renegotiation reads no further without an answer.
function lostOutcome({ reason }: Lost): TokenOutcome {
  return { kind: reason === CERTIFICATE_REJECTED ? 'our_fault' : 'uncertain', reason }
}

function answeredOutcome(answer: Answered, tables: ErrorTables, now: Date): TokenOutcome {
  const { status } = answer
  if (status >= 500) return { kind: 'uncertain', reason: `http_${status}` }
  if (status < 300) return grantOutcome(answer)
  if (tables.notProcessedStatuses.includes(status)) return notNow(answer, now)
  const json = status >= 400 ? readJsonObject(answer.body) : null
  if (json === null && answer.cutOff !== null) return { kind: 'uncertain', reason: answer.cutOff }
  return errorOutcome(json?.error, tables) ?? { kind: 'our_fault', reason: `http_${status}` }
}

function errorOutcome(error: unknown, { tokenErrors }: ErrorTables): TokenOutcome | null {
  if (typeof error !== 'string' || !Object.hasOwn(tokenErrors, error)) return null
  return { kind: tokenErrors[error] ?? 'our_fault', reason: error }
}

// A body cut off behind the closing brace is as good as whole; only what does not parse is unreadable.
function grantOutcome(answer: Answered): TokenOutcome {
  const json = readJsonObject(answer.body)
  const tokens = json === null ? null : readTokens(json)
  if (tokens !== null) return { kind: 'granted', tokens }
  const raw = keepRaw(answer.body)
  const reason = answer.cutOff ?? 'answer_unreadable'
  return { kind: 'uncertain', reason, ...(raw === null ? {} : { unreadableAnswer: raw }) }
}

function notNow({ status, retryAfter }: Answered, now: Date): TokenOutcome {
  const waitMs = retryAfterMs(retryAfter, now)
  const reason = `http_${status}`
  return { kind: 'not_processed', reason, left: true, ...(waitMs === null ? {} : { retryAfterMs: waitMs }) }
}
