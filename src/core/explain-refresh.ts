import type { ConsentRecord, Standstill, StoredTokens } from './consent-store.ts'
import type { GateReason } from './gate-store.ts'
import { type RefreshActivity, refreshActivity } from './refresh-activity.ts'

/** `act`: a person must do something. `watch`: in trouble or ending soon. `none`: all is well, or over. */
export type Attention = 'act' | 'watch' | 'none'

export interface Words {
  readonly why: string
  readonly next: string
}

export interface Explanation extends Words {
  readonly attention: Attention
}

/** A time as people write it, to the minute: `2026-11-23 08:15 UTC`. */
export function at(time: Date | null): string {
  if (time === null || Number.isNaN(time.getTime())) return 'an unknown date'
  return `${time.toISOString().slice(0, 16).replace('T', ' ')} UTC`
}

/** Says what the rotation of a living consent is doing, and what comes of it. */
export function explainRefresh(record: ConsentRecord, now: Date): Explanation {
  const { tokens } = record
  if (tokens === null) {
    return {
      why: 'It is active, but holds no tokens.',
      next: 'Start a renewal and send the customer its link.',
      attention: 'act',
    }
  }
  return EXPLAIN[refreshActivity(record, now)]({ record, tokens, now })
}

interface Told {
  readonly record: ConsentRecord
  readonly tokens: StoredTokens
  readonly now: Date
}

const EXPLAIN: Readonly<Record<RefreshActivity, (told: Told) => Explanation>> = {
  idle: explainIdle,
  due: explainDue,
  rotating: ({ tokens }) => ({
    why: `Its tokens are being refreshed at the bank just now.${failedBefore(tokens)}`,
    next: 'The new ones are handed out as soon as they are here.',
    attention: 'none',
  }),
  waiting: ({ tokens, now }) => ({
    why: tokens.consecutiveFailures > 0 ? failed(tokens) : 'The refresh of its tokens was put off.',
    next: `It is tried again after ${at(tokens.retryAt)}. ${untilThen(tokens, now)}`,
    attention: tokens.consecutiveFailures > 0 ? 'watch' : 'none',
  }),
  uncertain: explainUncertain,
  held: ({ record, tokens, now }) => {
    const { why, next } = explainStandstill(record.standstill)
    return { why, next: `${next} ${untilThen(tokens, now)}`, attention: 'watch' }
  },
  lost: ({ tokens, now }) => ({
    why: 'No further refresh of its tokens will come.',
    next: `${untilThen(tokens, now)} Start a renewal and send the customer its link.`,
    attention: 'act',
  }),
}

function explainIdle({ tokens, now }: Told): Explanation {
  const next =
    tokens.dueAt === null ? 'No refresh is planned.' : `They are refreshed next on ${at(tokens.dueAt)}.`
  const last = tokens.lastSuccessAt
  const why = `Its tokens are in order${last === null ? '' : `, refreshed last on ${at(last)}`}.`
  if (tokens.consecutiveFailures === 0) return { why, next, attention: 'none' }
  const postponed = tokens.accessExpiresAt <= now ? untilThen(tokens, now) : ''
  return { why: failed(tokens), next: `${next} ${postponed}`.trimEnd(), attention: 'watch' }
}

/** Overdue only once nothing is left to hand out. */
function explainDue({ tokens, now }: Told): Explanation {
  const late = tokens.accessToken !== null && tokens.accessExpiresAt <= now
  return {
    why: `Its tokens are due to be refreshed since ${at(tokens.dueAt)}.${failedBefore(tokens)}`,
    next: late
      ? `They are refreshed as soon as it is their turn. ${untilThen(tokens, now)} If this stays so, see \`GET /v1/status\`.`
      : 'They are refreshed as soon as it is their turn.',
    attention: late || tokens.consecutiveFailures > 0 ? 'watch' : 'none',
  }
}

/** Parked, or held by a replica that has gone silent. */
function explainUncertain({ tokens, now }: Told): Explanation {
  const silent = tokens.attemptId !== null
  const why = silent
    ? `The replica that was to refresh its tokens has not told the outcome by ${at(tokens.leaseUntil)}.`
    : `The bank's answer to a refresh was lost${because(tokens)}: the refresh token may be spent.`
  const twice = tokens.presentations > 1
  const next = twice
    ? 'The refresh token was presented twice and is not presented again. Unless an answer still arrives, the customer must renew then.'
    : 'The refresh token is presented once more when that is safe. If the bank refuses it then, the customer must renew.'
  return { why, next: `${untilThen(tokens, now)} ${next}`, attention: 'watch' }
}

/** Why nothing is refreshed at the bank, for any consent. */
function explainStandstill(standstill: Standstill | null): Words {
  if (standstill === null) return { why: 'Refreshing stands still.', next: 'See `GET /v1/status`.' }
  if (standstill.kind === 'hold') {
    return {
      why: `Refreshing is held by ${standstill.by} until ${at(standstill.until)}.`,
      next: 'It goes on then, or at `POST /v1/refresher/resume`.',
    }
  }
  const since = standstill.since === null ? '' : ` since ${at(standstill.since)}`
  const { why, next } = GATES[standstill.reason]
  return { why: `Refreshing at the bank stands still${since}: ${why}.`, next }
}

const BY_ITSELF = 'Single calls try the bank, and refreshing goes on by itself when one goes well.'

const GATES: Readonly<Record<GateReason, Words>> = {
  bank_failing: { why: 'answers of the bank are lost', next: BY_ITSELF },
  bank_refuses_us: {
    why: 'the bank refuses our certificate or client id',
    next: `Somebody must look after those. ${BY_ITSELF}`,
  },
  database_changed: { why: 'the database is another than it was, or an older one', next: BY_ITSELF },
  refusal_brake: {
    why: 'the bank refuses too many tokens at once',
    next: 'A person must find out why, and then `POST /v1/refresher/resume`.',
  },
}

function failed(tokens: StoredTokens): string {
  const { consecutiveFailures: count } = tokens
  const times = count === 1 ? 'The last refresh of its tokens' : `The last ${count} refreshes of its tokens`
  return `${times} failed${because(tokens)}.`
}

function failedBefore(tokens: StoredTokens): string {
  return tokens.consecutiveFailures > 0 ? ` ${failed(tokens)}` : ''
}

function because({ lastError }: StoredTokens): string {
  return lastError === null ? '' : ` (${lastError})`
}

function untilThen({ accessToken, accessExpiresAt }: StoredTokens, now: Date): string {
  if (accessToken === null) return 'There is no token to hand out before.'
  if (accessExpiresAt <= now)
    return `The token in hand ended on ${at(accessExpiresAt)}: none is handed out before.`
  return `The token in hand is good until ${at(accessExpiresAt)}.`
}
