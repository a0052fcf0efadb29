import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import type { Clock } from '../core/clock.ts'
import type { CanaryInput, Claim, ClaimInput, DueInput, TokenStore } from '../core/token-store.ts'
import type { PairId } from '../core/tokens.ts'
import { claimCanaryRow } from './canary.ts'
import {
  CLAIMED,
  type ClaimRow,
  claimColumns,
  gateOpen,
  provenSince,
  readOwn,
  replayable,
  rotates,
  UNPRESENTED,
} from './claim-rows.ts'
import type { Database } from './database.ts'
import { createDoubts, type Doubts } from './doubts.ts'
import { createClaimDueRows, leaseEnd } from './due.ts'
import { planned } from './named-statements.ts'
import { intervalMs } from './rows.ts'
import { createVerdicts, type Verdicts } from './verdicts.ts'

interface ClaimContext {
  readonly db: Database
  readonly verdicts: Verdicts
  readonly doubts: Doubts
  readonly clock: Pick<Clock, 'monotonicMs' | 'sleep'>
}

/** Takes claims on pairs of tokens and hands out the means to end them. */
export function createTokenStore(
  db: Database,
  clock: Pick<Clock, 'monotonicMs' | 'sleep'>,
): TokenStore & { stop(): Promise<void> } {
  const verdicts = createVerdicts(db)
  const doubts = createDoubts({ clock, giveBack: (row) => giveBackUnsent(verdicts, row) })
  const context = { db, verdicts, doubts, clock }
  const claimDueRows = createClaimDueRows(db, clock)
  return {
    claim: (input) => claim(context, input),
    claimDue: (input) => claimDue(context, input, claimDueRows),
    claimCanary: (input) => claimCanary(context, input),
    settleSpooled: verdicts.settle,
    parkSpooled: verdicts.park,
    stop: doubts.stop,
  }
}

async function claim(
  { db, doubts, verdicts, clock }: ClaimContext,
  input: ClaimInput,
): Promise<Claim | null> {
  const leaseEndsMonotonicMs = clock.monotonicMs() + input.leaseMs
  const attemptId = randomUUID()
  const rows = await doubts.ownOnDoubt(() => claimRow(db, input, attemptId), {
    lookUp: () => readOwn(db, [attemptId], sql`t.consent_id = ${input.pair.consentId}`),
    leaseMs: input.leaseMs,
  })
  return rows[0] === undefined ? null : toClaim(verdicts, rows[0], leaseEndsMonotonicMs)
}

/** An idle consent's row falls due at its token's end at the latest: a claim that is lost there must be found. */
async function claimRow(db: Database, input: ClaimInput, attemptId: string): Promise<ClaimRow[]> {
  const { pair, bank, leaseMs, rejectionEveryMs } = input
  const rejected = rejectionEveryMs !== null
  const { rows } = await sql<ClaimRow>`
    update consent_tokens t
    set ${claimColumns(sql`${attemptId}::uuid`, leaseEnd(leaseMs))}, due_at = least(t.due_at, t.access_expires_at)
      ${rejected ? sql`, rejection_checked_at = now()` : sql``}
    from consents c
    where t.consent_id = ${pair.consentId} and c.id = t.consent_id
      and t.chain = ${pair.chain} and t.version = ${pair.version}
      and ((${UNPRESENTED}) or (${replayable(input)} and ${provenSince(input)}))
      and ${rotates(bank)} and ${gateOpen(bank)}
      ${rejected ? sql`and (t.rejection_checked_at is null or t.rejection_checked_at <= now() - ${intervalMs(rejectionEveryMs)})` : sql``}
    returning ${CLAIMED}`.execute(planned(db))
  return rows
}

async function claimCanary({ db, doubts, verdicts, clock }: ClaimContext, input: CanaryInput) {
  const leaseEndsMonotonicMs = clock.monotonicMs() + input.leaseMs
  const attemptId = randomUUID()
  const rows = await doubts.ownOnDoubt(() => claimCanaryRow(db, input, attemptId), {
    lookUp: () => readOwn(db, [attemptId], sql`(t.due_at <= now() or t.uncertain_at is not null)`),
    leaseMs: input.leaseMs,
  })
  return rows[0] === undefined ? null : toClaim(verdicts, rows[0], leaseEndsMonotonicMs)
}

type ClaimDueRows = ReturnType<typeof createClaimDueRows>

async function claimDue(
  { db, doubts, verdicts, clock }: ClaimContext,
  input: DueInput,
  claimDueRows: ClaimDueRows,
): Promise<Claim[]> {
  const leaseEndsMonotonicMs = clock.monotonicMs() + input.leaseMs
  const attemptIds = Array.from({ length: input.limit }, () => randomUUID())
  const rows = await doubts.ownOnDoubt(() => claimDueRows(input, attemptIds), {
    lookUp: () => readOwn(db, attemptIds, sql`(t.due_at <= now() or t.uncertain_at is not null)`),
    leaseMs: input.leaseMs,
  })
  return rows.map((row) => toClaim(verdicts, row, leaseEndsMonotonicMs))
}

function toAttempt(row: ClaimRow) {
  const pair: PairId = { consentId: row.consent_id, chain: row.chain, version: row.version }
  return { ...pair, attemptId: row.attempt_id, presentation: row.claims }
}

function giveBackUnsent(verdicts: Verdicts, row: ClaimRow): Promise<void> {
  return verdicts.giveBack(toAttempt(row), { reason: 'claim_unacknowledged', retryAfterMs: 0, counts: false })
}

function toClaim(verdicts: Verdicts, row: ClaimRow, leaseEndsMonotonicMs: number): Claim {
  const attempt = toAttempt(row)
  return {
    ...attempt,
    isReplay: row.presentations > 1,
    attemptStartedAt: row.attempt_started_at,
    dueAt: row.due_at,
    refreshToken: row.refresh_token,
    tokenType: row.token_type,
    scope: row.scope,
    accessExpiresAt: row.access_expires_at,
    lastAskedAt: row.last_asked_at,
    consentExpiresAt: row.expires_at,
    accountOpen: row.account_open,
    consecutiveFailures: row.consecutive_failures,
    leaseEndsMonotonicMs,
    settle: (newPair) => verdicts.settle(attempt, newPair),
    refuse: (reason) => verdicts.refuse(attempt, reason),
    end: (reason) => verdicts.end(attempt, reason),
    giveBack: (failure) => verdicts.giveBack(attempt, failure),
    park: (reason, unreadable) => verdicts.park(attempt, reason, unreadable),
  }
}
