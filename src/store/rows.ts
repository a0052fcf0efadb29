import { sql } from 'kysely'
import type { Authorization } from '../core/authorization-store.ts'
import type { Consent } from '../core/consent.ts'
import type { ConsentEvent, NewPair, StoredTokens } from '../core/consent-store.ts'
import type { Sealed } from '../core/vault.ts'
import type { AuthorizationRow, ConsentRow, EventRow, TokenRow } from './schema.ts'

export function toConsent(row: ConsentRow): Consent {
  return {
    id: row.id,
    bank: row.bank,
    status: row.status,
    statusReason: row.status_reason,
    requestedScopes: row.requested_scopes,
    scopes: row.scopes,
    owner: row.owner,
    grantedTo: row.granted_to,
    customerReference: row.customer_reference,
    transactionId: row.transaction_id,
    bankBrand: row.bank_brand,
    confirm: row.confirm,
    confirmedAt: row.confirmed_at,
    bindUserAgent: row.bind_user_agent,
    ibanMasked: row.iban_masked,
    chain: row.chain,
    createdAt: row.created_at,
    authorizedAt: row.authorized_at,
    expiresAt: row.expires_at,
    lastAskedAt: row.last_asked_at,
    erasedAt: row.erased_at,
    metadata: row.metadata,
  }
}

export function toStoredTokens(row: TokenRow): StoredTokens {
  return {
    consentId: row.consent_id,
    chain: row.chain,
    version: row.version,
    accessToken: row.access_token,
    tokenType: row.token_type,
    scope: row.scope,
    obtainedAt: row.obtained_at,
    accessExpiresAt: row.access_expires_at,
    dueAt: row.due_at,
    presentations: row.presentations,
    attemptId: row.attempt_id,
    leaseUntil: row.lease_until,
    retryAt: row.retry_at,
    lastSuccessAt: row.last_success_at,
    consecutiveFailures: row.consecutive_failures,
    lastError: row.last_error,
    rejectionCheckedAt: row.rejection_checked_at,
    certificate: row.certificate,
  }
}

/** A chain's first pair; an imported chain has no access token before its first rotation. */
export type FirstPair = Omit<NewPair, 'accessToken'> & { readonly accessToken: Sealed | null }

export function pairColumns(pair: FirstPair) {
  return {
    access_token: pair.accessToken,
    refresh_token: pair.refreshToken,
    token_type: pair.tokenType,
    scope: pair.scope,
    obtained_at: pair.obtainedAt,
    access_expires_at: pair.accessExpiresAt,
    due_at: pair.dueAt,
    certificate: pair.certificate ?? null,
  }
}

export function toAuthorization(row: AuthorizationRow): Authorization {
  return {
    id: row.id,
    consentId: row.consent_id,
    kind: row.kind,
    status: row.status,
    outcome: row.outcome,
    returnUrl: row.return_url,
    chain: row.chain,
    attempts: row.attempts,
    expiresAt: row.expires_at,
    abandonAt: row.abandon_at,
    exchangeStartedAt: row.exchange_started_at,
    resultCode: row.result_code,
    concludedBy: row.concluded_by,
  }
}

export function toEvent(row: EventRow): ConsentEvent {
  const { id, type, actor, detail, personal } = row
  return { id, type, actor, detail, personal, occurredAt: row.occurred_at }
}

/** Milliseconds as an interval, for what the database's clock decides. */
export function intervalMs(ms: number) {
  return sql`(${ms} * interval '1 millisecond')`
}
