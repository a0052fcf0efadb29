import { randomUUID } from 'node:crypto'
import { type RawBuilder, sql } from 'kysely'
import type { Claim, ClaimInput, TokenStore } from '../core/token-store.ts'
import type { PairId } from '../core/tokens.ts'
import type { Database } from './database.ts'
import { intervalMs } from './rows.ts'
import type { TokenRow } from './schema.ts'
import { isStorageTrouble } from './storage-error.ts'
import { createVerdicts, type Verdicts } from './verdicts.ts'

type ClaimRow = Pick<
  TokenRow,
  'consent_id' | 'chain' | 'version' | 'refresh_token' | 'token_type' | 'scope' | 'presentations'
> & {
  attempt_id: string
  attempt_started_at: Date
  last_asked_at: Date | null
  expires_at: Date | null
}

/** Whether a pair may be claimed at all; the statement re-checks it under the row's lock. */
const CLAIMABLE = sql`
  t.attempt_id is null and t.presentations = 0 and (t.retry_at is null or t.retry_at <= now())
  and c.status in ('active', 'pending') and (c.expires_at is null or c.expires_at > now())
  and not exists (select from bank_gates g where g.bank = c.bank and g.hold_until > now())`

const CLAIMED = sql`
  t.consent_id, t.chain, t.version, t.refresh_token, t.token_type, t.scope, t.presentations,
  t.attempt_id, t.attempt_started_at, c.last_asked_at, c.expires_at`

interface ClaimContext {
  readonly db: Database
  readonly verdicts: Verdicts
  readonly monotonicMs: () => number
}

/** Takes claims on pairs of tokens and hands out the means to end them. */
export function createTokenStore(db: Database, monotonicMs: () => number): TokenStore {
  const context = { db, verdicts: createVerdicts(db), monotonicMs }
  return {
    claim: (input) => claim(context, input),
    claimDue: (input) => claimDue(context, input),
  }
}

async function claim(context: ClaimContext, input: ClaimInput): Promise<Claim | null> {
  const leaseEndsMonotonicMs = context.monotonicMs() + input.leaseMs
  const attemptId = randomUUID()
  const rows = await ownOnDoubt(claimRow(context.db, input, attemptId), () =>
    readOwn(context.db, [attemptId], sql`t.consent_id = ${input.pair.consentId}`),
  )
  return rows[0] === undefined ? null : toClaim(context, rows[0], leaseEndsMonotonicMs)
}

async function claimRow(db: Database, { pair, leaseMs, rejectionEveryMs }: ClaimInput, attemptId: string) {
  const rejected = rejectionEveryMs !== null
  const { rows } = await sql<ClaimRow>`
    update consent_tokens t
    set presentations = t.presentations + 1, attempt_id = ${attemptId}::uuid, attempt_started_at = now(),
      lease_until = now() + ${intervalMs(leaseMs)}
      ${rejected ? sql`, rejection_checked_at = now()` : sql``}
    from consents c
    where t.consent_id = ${pair.consentId} and c.id = t.consent_id
      and t.chain = ${pair.chain} and t.version = ${pair.version} and ${CLAIMABLE}
      ${rejected ? sql`and (t.rejection_checked_at is null or t.rejection_checked_at <= now() - ${intervalMs(rejectionEveryMs)})` : sql``}
    returning ${CLAIMED}`.execute(db)
  return rows
}

async function claimDue(context: ClaimContext, input: { limit: number; leaseMs: number }): Promise<Claim[]> {
  const leaseEndsMonotonicMs = context.monotonicMs() + input.leaseMs
  const attemptIds = Array.from({ length: input.limit }, () => randomUUID())
  const rows = await ownOnDoubt(claimDueRows(context.db, input, attemptIds), () =>
    readOwn(context.db, attemptIds, sql`t.due_at <= now()`),
  )
  return rows.map((row) => toClaim(context, row, leaseEndsMonotonicMs))
}

async function claimDueRows(
  db: Database,
  { limit, leaseMs }: { limit: number; leaseMs: number },
  ids: string[],
) {
  const { rows } = await sql<ClaimRow>`
    with due as materialized (
      select t.consent_id from consent_tokens t join consents c on c.id = t.consent_id
      where t.due_at <= now() and ${CLAIMABLE}
      order by t.due_at limit ${limit} for update of t skip locked
    ), numbered as (
      select consent_id, row_number() over (order by consent_id) as number from due
    )
    update consent_tokens t
    set presentations = t.presentations + 1, attempt_id = (${ids}::uuid[])[numbered.number],
      attempt_started_at = now(), lease_until = now() + ${intervalMs(leaseMs)}
    from numbered join consents c on c.id = numbered.consent_id
    where t.consent_id = numbered.consent_id
    returning ${CLAIMED}`.execute(db)
  return rows
}

/** A claim whose commit was not acknowledged is looked up by its attempt ids: never guessed (DESIGN 4.1). */
async function ownOnDoubt(claimed: Promise<ClaimRow[]>, lookUp: () => Promise<ClaimRow[]>) {
  try {
    return await claimed
  } catch (error) {
    if (!isStorageTrouble(error)) throw error
    const own = await lookUp()
    if (own.length === 0) throw error
    return own
  }
}

async function readOwn(db: Database, attemptIds: string[], narrow: RawBuilder<unknown>): Promise<ClaimRow[]> {
  const { rows } = await sql<ClaimRow>`
    select ${CLAIMED} from consent_tokens t join consents c on c.id = t.consent_id
    where ${narrow} and t.attempt_id = any(${attemptIds}::uuid[])`.execute(db)
  return rows
}

function toClaim({ verdicts }: ClaimContext, row: ClaimRow, leaseEndsMonotonicMs: number): Claim {
  const pair: PairId = { consentId: row.consent_id, chain: row.chain, version: row.version }
  const attempt = { ...pair, attemptId: row.attempt_id, presentation: row.presentations }
  return {
    ...attempt,
    attemptStartedAt: row.attempt_started_at,
    refreshToken: row.refresh_token,
    tokenType: row.token_type,
    scope: row.scope,
    lastAskedAt: row.last_asked_at,
    consentExpiresAt: row.expires_at,
    leaseEndsMonotonicMs,
    settle: (newPair) => verdicts.settle(attempt, newPair),
    refuse: (reason) => verdicts.refuse(attempt, reason),
    giveBack: (failure) => verdicts.giveBack(attempt, failure),
    park: (reason, unreadable) => verdicts.park(attempt, reason, unreadable),
  }
}
