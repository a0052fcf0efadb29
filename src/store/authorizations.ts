import { sql } from 'kysely'
import type {
  AuthorizationStore,
  CallbackInput,
  ExchangeTicket,
  NewAttempt,
} from '../core/authorization-store.ts'
import type { Database, Tx } from './database.ts'
import { notifyChange, writeEvent } from './events.ts'
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
    fail: (exchange, reason, now) => fail(db, exchange, { reason, now }),
    saveFirst: (exchanged) => saveFirst(db, exchanged),
    stage: (exchanged) => stage(db, exchanged),
    takeStaged: (now, nextCheckAt) => takeStaged(db, now, nextCheckAt),
    adopt: (input) => adopt(db, input),
    refuseStaged: (staged, reason, now) => refuseStaged(db, staged, { reason, now }),
  }
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
      .where('attempts', '<', attempt.maxAttempts)
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

async function acceptCallback(db: Database, input: CallbackInput): Promise<ExchangeTicket | null> {
  return db.transaction().execute(async (tx) => {
    if (!(await spendState(tx, input))) return null
    const accepted = await tx
      .updateTable('authorizations')
      .set({ status: 'exchanging', exchange_started_at: input.now, ...resultCodeColumns(input) })
      .where('id', '=', input.authorizationId)
      .where('status', '=', 'open')
      .returning(['id', 'consent_id', 'kind'])
      .executeTakeFirst()
    if (accepted === undefined) return null
    const chain = await nextChain(tx, accepted.consent_id)
    if (chain === null) return null
    await tx.updateTable('authorizations').set({ chain }).where('id', '=', accepted.id).execute()
    await writeEvent(tx, {
      consentId: accepted.consent_id,
      type: 'authorization.received',
      actor: 'customer',
      detail: { chain },
      now: input.now,
    })
    return { authorizationId: accepted.id, consentId: accepted.consent_id, kind: accepted.kind, chain }
  })
}

async function nextChain(tx: Tx, consentId: string): Promise<number | null> {
  const row = await tx
    .updateTable('consents')
    .set((eb) => ({ chain: eb('chain', '+', 1) }))
    .where('id', '=', consentId)
    .where('status', '<>', 'revoked')
    .returning('chain')
    .executeTakeFirst()
  return row?.chain ?? null
}

async function spendState(tx: Tx, { stateDigest, now }: CallbackInput): Promise<boolean> {
  const spent = await tx
    .updateTable('authorization_attempts')
    .set({ consumed_at: now })
    .where('state_digest', '=', stateDigest)
    .where('consumed_at', 'is', null)
    .executeTakeFirst()
  return spent.numUpdatedRows > 0n
}

function resultCodeColumns({ resultCode }: CallbackInput) {
  return { result_code: resultCode.sealed, result_code_digest: resultCode.digest }
}

type RejectInput = Parameters<AuthorizationStore['reject']>[0]

async function reject(db: Database, input: RejectInput): Promise<boolean> {
  return db.transaction().execute(async (tx) => {
    if (!(await spendState(tx, input))) return false
    const ended = await tx
      .updateTable('authorizations')
      .set({ status: 'rejected', outcome: input.reason, ...resultCodeColumns(input) })
      .where('id', '=', input.authorizationId)
      .where('status', '=', 'open')
      .returning(['consent_id', 'kind'])
      .executeTakeFirst()
    if (ended === undefined) return false
    const consentId = ended.consent_id
    const type = ended.kind === 'first' ? 'consent.rejected' : 'renewal.rejected'
    if (ended.kind === 'first') await rejectConsent(tx, consentId, input)
    await writeEvent(tx, {
      consentId,
      type,
      actor: 'customer',
      detail: { reason: input.reason },
      now: input.now,
    })
    return true
  })
}

async function rejectConsent(tx: Tx, consentId: string, { reason, now }: RejectInput): Promise<void> {
  await tx
    .updateTable('consents')
    .set({ status: 'rejected', status_reason: reason, ended_at: now })
    .where('id', '=', consentId)
    .where('status', '=', 'pending')
    .execute()
  await notifyChange(tx, consentId)
}
