import type { Tx } from './database.ts'
import type { ConsentRow } from './schema.ts'

export type LockedConsent = Pick<
  ConsentRow,
  'status' | 'erased_at' | 'chain' | 'iban_hash' | 'scopes' | 'requested_scopes' | 'transaction_id'
>

/**
 * Locks a consent's row to the end of the transaction. Whatever changes a consent together with its
 * authorizations or tokens begins here, so that two such changes wait for each other and never in a circle.
 * Not FOR UPDATE: that would also hold up whoever inserts an event of the consent.
 */
export async function lockConsent(tx: Tx, consentId: string): Promise<LockedConsent | undefined> {
  return tx
    .selectFrom('consents')
    .select(['status', 'erased_at', 'chain', 'iban_hash', 'scopes', 'requested_scopes', 'transaction_id'])
    .where('id', '=', consentId)
    .forNoKeyUpdate()
    .executeTakeFirst()
}

/** The same for what only a consent takes that may live: undefined where it was revoked or erased, or is not there. */
export async function lockLiving(tx: Tx, consentId: string): Promise<LockedConsent | undefined> {
  const consent = await lockConsent(tx, consentId)
  return consent === undefined || consent.status === 'revoked' || consent.erased_at !== null
    ? undefined
    : consent
}
