import { sql } from 'kysely'
import type { AuthorizationStore, NewAttempt } from '../core/authorization-store.ts'
import { acceptCallback, reject } from './accept-callback.ts'
import type { Database } from './database.ts'
import { fail, reopen, saveFirst } from './exchanges.ts'
import { findAttempt, findByTicket } from './find-authorization.ts'
import { adopt, refuseStaged, stage, takeStaged } from './staged.ts'

/** Keeps the customer's way to the bank and back in Postgres. */
export function createAuthorizationStore(db: Database): AuthorizationStore {
  return {
    findByTicket: (ticketDigest) => findByTicket(db, ticketDigest),
    findAttempt: (stateDigest) => findAttempt(db, stateDigest),
    beginAttempt: (attempt) => beginAttempt(db, attempt),
    acceptCallback: (input) => acceptCallback(db, input),
    reject: (input) => reject(db, input),
    reopen: (exchange, reason, now) => reopen(db, exchange, { reason, now }),
    fail: (exchange, ending) => fail(db, exchange, ending),
    saveFirst: (exchanged) => saveFirst(db, exchanged),
    stage: (exchanged) => stage(db, exchanged),
    takeStaged: (now, nextCheckAt) => takeStaged(db, now, nextCheckAt),
    adopt: (input) => adopt(db, input),
    refuseStaged: (staged, reason, now) => refuseStaged(db, staged, { reason, now }),
  }
}

/** The column is a smallint: one more would be an error. */
const MOST_COUNTED = 32_767

function attemptsSoFar({ maxAttempts, oneMoreEveryMs, now }: NewAttempt) {
  const ageMs = sql`extract(epoch from ${now}::timestamptz - created_at) * 1000`
  return sql<number>`least(${MOST_COUNTED}, ${maxAttempts} + greatest(0, floor(${ageMs} / ${oneMoreEveryMs})))`
}

async function beginAttempt(db: Database, attempt: NewAttempt): Promise<boolean> {
  return db.transaction().execute(async (tx) => {
    const begun = await tx
      .updateTable('authorizations')
      .set((eb) => ({
        attempts: eb('attempts', '+', 1),
        abandon_at: sql<Date>`greatest(abandon_at, ${attempt.abandonAt})`,
      }))
      .where('id', '=', attempt.authorizationId)
      .where('status', '=', 'open')
      .where('expires_at', '>', attempt.now)
      .where('attempts', '<', attemptsSoFar(attempt))
      .executeTakeFirst()
    if (begun.numUpdatedRows === 0n) return false
    await tx
      .insertInto('authorization_attempts')
      .values({
        state_digest: attempt.stateDigest,
        authorization_id: attempt.authorizationId,
        cookie_digest: attempt.cookieDigest,
        code_verifier: attempt.codeVerifier,
        created_at: attempt.now,
      })
      .execute()
    return true
  })
}
