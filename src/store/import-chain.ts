import type { Consent } from '../core/consent.ts'
import type { ImportInput } from '../core/consent-store.ts'
import { beginChain } from './begin-chain.ts'
import type { Database, Tx } from './database.ts'
import { notifyChange, writeEvent } from './events.ts'
import { insertConsent } from './insert.ts'
import { toConsent } from './rows.ts'

/** Moves a chain in from another system: due at once, without an access token until its first rotation. */
export async function importChain(db: Database, input: ImportInput): Promise<Consent | null> {
  return db.transaction().execute(async (tx) => {
    if (!input.onExisting) await insertConsent(tx, input.consent)
    const consent = await nextChain(tx, input)
    if (consent === null) return null
    await replaceTokens(tx, consent, input)
    await endOpenAuthorizations(tx, consent.id)
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

async function nextChain(tx: Tx, { consent, onExisting }: ImportInput): Promise<Consent | null> {
  const row = await tx
    .updateTable('consents')
    .set((eb) => ({
      chain: eb('chain', '+', 1),
      status: 'pending',
      status_reason: null,
      ended_at: null,
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

async function replaceTokens(tx: Tx, { id, chain }: Consent, input: ImportInput): Promise<void> {
  const now = input.consent.createdAt
  const pair = {
    accessToken: null,
    refreshToken: await input.refreshToken(chain),
    tokenType: 'Bearer',
    scope: null,
    obtainedAt: now,
    accessExpiresAt: now,
    dueAt: now,
  }
  await beginChain(tx, { consentId: id, chain }, pair)
}

/** A rescue overtakes a customer who is on the way: what they bring would be judged as the old authorization. */
async function endOpenAuthorizations(tx: Tx, consentId: string): Promise<void> {
  await tx
    .updateTable('authorizations')
    .set({ status: 'abandoned', outcome: 'imported' })
    .where('consent_id', '=', consentId)
    .where('status', '=', 'open')
    .execute()
}
