import type { Consent } from '../core/consent.ts'
import type { ImportInput } from '../core/consent-store.ts'
import type { Database, Tx } from './database.ts'
import { notifyChange, writeEvent } from './events.ts'
import { insertConsent } from './insert.ts'
import { toConsent } from './rows.ts'

/** Moves a chain in from another system: due at once, without an access token until its first rotation. */
export async function importChain(db: Database, input: ImportInput): Promise<Consent | null> {
  return db.transaction().execute(async (tx) => {
    if (!input.onExisting) await insertConsent(tx, input.consent)
    const consent = await beginChain(tx, input)
    if (consent === null) return null
    await replaceTokens(tx, consent, input)
    await writeEvent(tx, {
      consentId: consent.id,
      type: 'consent.imported',
      actor: input.actor,
      detail: { chain: consent.chain },
      now: input.consent.createdAt,
    })
    await notifyChange(tx, consent.id)
    return consent
  })
}

async function beginChain(tx: Tx, { consent, onExisting }: ImportInput): Promise<Consent | null> {
  const row = await tx
    .updateTable('consents')
    .set((eb) => ({
      chain: eb('chain', '+', 1),
      status: 'pending',
      status_reason: null,
      authorized_at: consent.createdAt,
      expires_at: consent.expiresAt,
      ...(onExisting ? { requested_scopes: [...consent.requestedScopes], scopes: null } : {}),
    }))
    .where('id', '=', consent.id)
    .where('status', '<>', 'revoked')
    .returningAll()
    .executeTakeFirst()
  return row === undefined ? null : toConsent(row)
}

async function replaceTokens(tx: Tx, consent: Consent, input: ImportInput): Promise<void> {
  const now = input.consent.createdAt
  const columns = {
    chain: consent.chain,
    version: 1,
    access_token: null,
    refresh_token: await input.refreshToken(consent.chain),
    token_type: 'Bearer',
    scope: null,
    obtained_at: now,
    access_expires_at: now,
    due_at: now,
    presentations: 0,
    attempt_id: null,
    attempt_started_at: null,
    lease_until: null,
    retry_at: null,
    settled_attempt_id: null,
    settled_presentation: 0,
    last_success_at: null,
    consecutive_failures: 0,
    last_error: null,
    rejection_checked_at: null,
    unreadable_answer: null,
  }
  await tx
    .insertInto('consent_tokens')
    .values({ consent_id: consent.id, ...columns })
    .onConflict((conflict) => conflict.column('consent_id').doUpdateSet(columns))
    .execute()
}
