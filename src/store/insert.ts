import type { NewAuthorization, NewConsent } from '../core/consent-store.ts'
import type { Tx } from './database.ts'

/** Inserts the row of a new consent. */
export async function insertConsent(tx: Tx, consent: NewConsent): Promise<void> {
  await tx
    .insertInto('consents')
    .values({
      id: consent.id,
      bank: consent.bank,
      status: consent.status,
      requested_scopes: [...consent.requestedScopes],
      owner: consent.owner,
      granted_to: [...consent.grantedTo],
      customer_reference: consent.customerReference,
      transaction_id: consent.transactionId,
      bank_brand: consent.bankBrand,
      confirm: consent.confirm,
      bind_user_agent: consent.bindUserAgent,
      metadata: { ...consent.metadata },
      created_at: consent.createdAt,
      expires_at: consent.expiresAt,
    })
    .execute()
}

/** Inserts the row of a new authorization, its start link open. */
export async function insertAuthorization(tx: Tx, authorization: NewAuthorization): Promise<void> {
  await tx
    .insertInto('authorizations')
    .values({
      id: authorization.id,
      consent_id: authorization.consentId,
      kind: authorization.kind,
      status: 'open',
      ticket_digest: authorization.ticketDigest,
      return_url: authorization.returnUrl,
      created_at: authorization.createdAt,
      expires_at: authorization.expiresAt,
      abandon_at: authorization.expiresAt,
    })
    .execute()
}
