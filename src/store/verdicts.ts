import { sql } from 'kysely'
import type { NewPair } from '../core/consent-store.ts'
import type { Failure, RefusalResult, SettleResult, VerdictResult } from '../core/token-store.ts'
import type { PairId } from '../core/tokens.ts'
import type { Sealed } from '../core/vault.ts'
import type { AttemptId } from './attempt.ts'
import { createBatcher } from './batcher.ts'
import type { Database } from './database.ts'
import { giveBack } from './give-back.ts'
import { mine, refuse } from './refuse.ts'
import { type Settlement, settleAll } from './settle.ts'
import { isStorageTrouble } from './storage-error.ts'

export interface Verdicts {
  settle(attempt: AttemptId, pair: NewPair): Promise<SettleResult>
  refuse(attempt: AttemptId, reason: string): Promise<RefusalResult>
  end(attempt: AttemptId, reason: string): Promise<RefusalResult>
  giveBack(attempt: AttemptId, failure: Failure): Promise<void>
  park(attempt: AttemptId, reason: string, unreadableAnswer: Sealed | null): Promise<VerdictResult>
}

/** Ends attempts. Good answers share statements; bad ones are rare and go alone. */
export function createVerdicts(db: Database): Verdicts {
  const settle = createBatcher<Settlement, SettleResult>((settlements) => settleAll(db, settlements), {
    // One answer the database can't take must not hold up the others that share its statement.
    failsAlone: (error) => !isStorageTrouble(error),
  })
  return {
    settle: (attempt, pair) => settle({ attempt, pair }),
    refuse: (attempt, reason) => refuse(db, attempt, { reason, asked: true }),
    end: (attempt, reason) => refuse(db, attempt, { reason, asked: false }),
    giveBack: (attempt, failure) => giveBack(db, attempt, failure),
    park: (attempt, reason, unreadableAnswer) => park(db, attempt, { reason, unreadableAnswer }),
  }
}

interface ParkInput {
  readonly reason: string
  readonly unreadableAnswer: Sealed | null
}

/** Leaves the presentation counted: the token may be spent. It waits for its replay, or for its access token's end. */
async function park(db: Database, attempt: AttemptId, input: ParkInput): Promise<VerdictResult> {
  const { reason, unreadableAnswer } = input
  const { rows } = await sql`
    with parked as (
      update consent_tokens t
      set attempt_id = null, attempt_started_at = null, lease_until = null, due_at = t.access_expires_at,
        last_error = ${reason}, consecutive_failures = consecutive_failures + 1,
        uncertain_at = now(), uncertain_reasons = array_append(t.uncertain_reasons, ${reason}::text),
        unreadable_answer = coalesce(${unreadableAnswer}::text, t.unreadable_answer)
      where ${mine(attempt)}
      returning consent_id, presentations
    ), told as (
      insert into consent_events (consent_id, type, actor, detail, occurred_at)
      select consent_id, 'rotation.uncertain', 'broker',
        jsonb_build_object('error', ${reason}::text, 'presentations', presentations), now() from parked
    )
    select consent_id from parked`.execute(db)
  if (rows.length > 0) return 'recorded'
  if (unreadableAnswer !== null) await keepUnreadable(db, attempt, unreadableAnswer)
  return 'not_mine'
}

/** The claim is someone else's by now, but the answer may still be all that is left of the chain. */
async function keepUnreadable(
  db: Database,
  { consentId, chain, version }: PairId,
  answer: Sealed,
): Promise<void> {
  await db
    .updateTable('consent_tokens')
    .set({ unreadable_answer: answer })
    .where('consent_id', '=', consentId)
    .where('chain', '=', chain)
    .where('version', '=', version)
    .execute()
}
