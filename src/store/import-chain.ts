import type { Consent } from '../core/consent.ts'
import type { ImportInput } from '../core/consent-store.ts'
import { beginChain } from './begin-chain.ts'
import type { Database, Tx } from './database.ts'
import { abandonAuthorizations } from './end-authorizations.ts'
import { notifyChange, personalOf, writeEvent } from './events.ts'
import { insertConsent } from './insert.ts'
import { lockLiving } from './lock-consent.ts'
import { toConsent } from './rows.ts'

/** Moves a chain in from another system: due at once, without an access token until its first rotation. */
export async function importChain(db: Database, input: ImportInput): Promise<string | null> {
  return db.transaction().execute(async (tx) => {
    if (input.onExisting && !(await isRescuable(tx, input))) return null
    const earlier = await claimToken(tx, input)
    if (earlier !== null) return earlier
    if (!input.onExisting) await insertConsent(tx, input.consent)
    const consent = await nextChain(tx, input)
    await replaceTokens(tx, consent, input)
    // A rescue overtakes a customer who is on the way: what they bring would be judged as the old authorization.
    await abandonAuthorizations(tx, consent.id, 'imported')
    await tx.deleteFrom('staged_tokens').where('consent_id', '=', consent.id).execute()
    await writeEvent(tx, {
      consentId: consent.id,
      type: 'consent.imported',
      actor: input.actor,
      detail: { chain: consent.chain },
      personal: personalOf(consent),
      now: input.consent.createdAt,
    })
    await notifyChange(tx, consent.id)
    return consent.id
  })
}

async function isRescuable(tx: Tx, { consent }: ImportInput): Promise<boolean> {
  return (await lockLiving(tx, consent.id)) !== undefined
}

/** Notes the token as imported; resolves whose it is already. Of two at once the second waits for the first. */
async function claimToken(tx: Tx, { consent, tokenDigest }: ImportInput): Promise<string | null> {
  const claimed = await tx
    .insertInto('imported_tokens')
    .values({ token_digest: tokenDigest, consent_id: consent.id })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  if ((claimed.numInsertedOrUpdatedRows ?? 0n) > 0n) return null
  const earlier = await tx
    .selectFrom('imported_tokens')
    .select('consent_id')
    .where('token_digest', '=', tokenDigest)
    .executeTakeFirstOrThrow()
  return earlier.consent_id
}

async function nextChain(tx: Tx, { consent, onExisting }: ImportInput): Promise<Consent> {
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
    .returningAll()
    .executeTakeFirstOrThrow()
  return toConsent(row)
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
