import { sql } from 'kysely'
import type { ConfirmResult, ConsentStore, RevokedToken } from '../core/consent-store.ts'
import type { Database, Tx } from './database.ts'
import { abandonAuthorizations } from './end-authorizations.ts'
import { notifyChange, writeEvent } from './events.ts'
import { lockLiving } from './lock-consent.ts'

type Input<M extends keyof ConsentStore> = Parameters<ConsentStore[M]>[0]

/** Spends the result code and marks the consent confirmed. */
export async function confirm(db: Database, input: Input<'confirm'>): Promise<ConfirmResult> {
  const { consentId, resultCodeDigest, actor, now } = input
  return db.transaction().execute(async (tx) => {
    const consent = await lockLiving(tx, consentId)
    if (consent === undefined) return 'unknown'
    const spent = await tx
      .updateTable('authorizations')
      .set({ result_code_used_at: now })
      .where('consent_id', '=', consentId)
      .where('result_code_digest', '=', resultCodeDigest)
      .where('result_code_used_at', 'is', null)
      .where('status', '=', 'completed')
      .executeTakeFirst()
    if (spent.numUpdatedRows === 0n) return whyNotConfirmed(tx, input)
    await tx.updateTable('consents').set({ confirmed_at: now }).where('id', '=', consentId).execute()
    await writeEvent(tx, { consentId, type: 'consent.confirmed', actor, now })
    await notifyChange(tx, consentId)
    return 'confirmed'
  })
}

/** The customer may have come back with the code of a renewal that was for another account. */
async function whyNotConfirmed(
  tx: Tx,
  { consentId, resultCodeDigest }: Input<'confirm'>,
): Promise<ConfirmResult> {
  const refused = await tx
    .selectFrom('authorizations')
    .select('id')
    .where('consent_id', '=', consentId)
    .where('result_code_digest', '=', resultCodeDigest)
    .where('outcome', '=', 'account_mismatch')
    .executeTakeFirst()
  return refused === undefined ? 'unknown' : 'account_mismatch'
}

/** Ends a consent from any status, once; its tokens and other secrets are deleted in the same transaction. */
export async function revoke(
  db: Database,
  { consentId, actor, now }: { consentId: string; actor: string; now: Date },
): Promise<RevokedToken[]> {
  return db.transaction().execute(async (tx) => {
    const ended = await tx
      .updateTable('consents')
      .set({ status: 'revoked', status_reason: null, ended_at: now })
      .where('id', '=', consentId)
      .where('status', '<>', 'revoked')
      .executeTakeFirst()
    if (ended.numUpdatedRows === 0n) return []
    const tokens = await deleteTokens(tx, consentId)
    await abandonAuthorizations(tx, consentId, 'revoked')
    await forgetSecrets(tx, consentId)
    await writeEvent(tx, { consentId, type: 'consent.revoked', actor, now })
    await notifyChange(tx, consentId)
    return tokens
  })
}

async function deleteTokens(tx: Tx, consentId: string): Promise<RevokedToken[]> {
  const current = await tx
    .deleteFrom('consent_tokens')
    .where('consent_id', '=', consentId)
    .returning(['chain', 'version', 'refresh_token'])
    .execute()
  const staged = await tx
    .deleteFrom('staged_tokens')
    .where('consent_id', '=', consentId)
    .returning(['chain', 'refresh_token'])
    .execute()
  return [...current, ...staged.map((row) => ({ ...row, version: 1 }))].map((row) => ({
    consentId,
    chain: row.chain,
    version: row.version,
    refreshToken: row.refresh_token,
  }))
}

/** What was only good for getting tokens, or for finding a way to them. The rows still tell that the way has ended. */
async function forgetSecrets(tx: Tx, consentId: string): Promise<void> {
  await tx
    .updateTable('authorization_attempts')
    .set({ code_verifier: null })
    .where('authorization_id', 'in', (of) =>
      of.selectFrom('authorizations').select('id').where('consent_id', '=', consentId),
    )
    .execute()
  await tx
    .updateTable('authorizations')
    .set({ result_code: null, result_code_digest: null })
    .where('consent_id', '=', consentId)
    .execute()
  await tx
    .updateTable('idempotency_keys')
    .set({ stored_answer: null })
    .where('consent_id', '=', consentId)
    .execute()
}

/** Notes that consents were asked for; a row written not long ago is left alone. */
export async function touch(
  db: Database,
  consentIds: readonly string[],
  { now, everyMs }: { now: Date; everyMs: number },
): Promise<void> {
  const before = new Date(now.getTime() - everyMs)
  await sql`
    update consents set last_asked_at = ${now}
    where id = any(${[...consentIds]}::uuid[]) and (last_asked_at is null or last_asked_at < ${before})`.execute(
    db,
  )
}
