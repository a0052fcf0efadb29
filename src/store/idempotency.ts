import { sql } from 'kysely'
import type { IdempotentAnswer, NewConsent, StartResult } from '../core/consent-store.ts'
import type { Tx } from './database.ts'

/**
 * Looks whether this key was used before. The key is locked to the end of the transaction; of two requests
 * at once the second is `in_progress` rather than hold a connection while it waits.
 */
export async function replayOrClaimKey(tx: Tx, key: IdempotentAnswer): Promise<StartResult | null> {
  if (!(await lockKey(tx, key))) return { kind: 'in_progress' }
  const earlier = await tx
    .selectFrom('idempotency_keys')
    .select(['request_digest', 'consent_id', 'stored_answer'])
    .where('caller', '=', key.caller)
    .where('key_digest', '=', key.keyDigest)
    .executeTakeFirst()
  if (earlier === undefined) return null
  if (earlier.request_digest !== key.requestDigest) return { kind: 'key_reused' }
  if (earlier.stored_answer === null) return { kind: 'revoked' }
  return { kind: 'replayed', consentId: earlier.consent_id, storedAnswer: earlier.stored_answer }
}

async function lockKey(tx: Tx, { caller, keyDigest }: IdempotentAnswer): Promise<boolean> {
  const { rows } = await sql<{ locked: boolean }>`
    select pg_try_advisory_xact_lock(hashtextextended(${`${caller} ${keyDigest}`}, 0)) as locked`.execute(tx)
  return rows[0]?.locked === true
}

/** Keeps the answer beside the consent it started, in the same transaction. */
export async function storeAnswer(tx: Tx, key: IdempotentAnswer, consent: NewConsent): Promise<void> {
  await tx
    .insertInto('idempotency_keys')
    .values({
      caller: key.caller,
      key_digest: key.keyDigest,
      request_digest: key.requestDigest,
      consent_id: consent.id,
      stored_answer: key.storedAnswer,
      created_at: consent.createdAt,
    })
    .execute()
}
