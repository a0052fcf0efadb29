import type { Tx } from './database.ts'
import type { ConsentRow } from './schema.ts'

/**
 * Locks a consent's row to the end of the transaction. Whatever changes a consent together with its
 * authorizations or tokens begins here, so that two such changes wait for each other and never in a circle.
 * Not FOR UPDATE: that would also hold up whoever inserts an event of the consent.
 */
export async function lockConsent(
  tx: Tx,
  consentId: string,
): Promise<Pick<ConsentRow, 'status' | 'chain' | 'iban_hash'> | undefined> {
  return tx
    .selectFrom('consents')
    .select(['status', 'chain', 'iban_hash'])
    .where('id', '=', consentId)
    .forNoKeyUpdate()
    .executeTakeFirst()
}
