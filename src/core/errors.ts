/** Codes that callers may rely on (DESIGN section 8); `http/problem.ts` maps each to a status. */
export type CoreErrorCode =
  | 'invalid_request'
  | 'forbidden'
  | 'consent_not_found'
  | 'consent_pending'
  | 'consent_unconfirmed'
  | 'reauthorization_required'
  | 'consent_expired'
  | 'consent_revoked'
  | 'consent_rejected'
  | 'consent_failed'
  | 'consent_abandoned'
  | 'consent_erased'
  | 'account_mismatch'
  | 'delivery_not_found'
  | 'subscriber_removed'
  | 'request_in_progress'
  | 'idempotency_key_reused'
  | 'bank_unavailable'
  | 'storage_unavailable'
  | 'identity_provider_unavailable'

/** Base of every error a caller may see: the message is constant public text, the cause is for the log. */
export abstract class CoreError extends Error {
  readonly code: CoreErrorCode

  constructor(code: CoreErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.code = code
    this.name = new.target.name
  }
}

/** The caller mends the request; `field` names what is wrong in it. */
export class RequestError extends CoreError {
  readonly field: string

  constructor(field: string, message: string) {
    super('invalid_request', `${field}: ${message}`)
    this.field = field
  }
}

/** The caller lacks a permission; another caller or a new key is needed. */
export class ForbiddenError extends CoreError {
  /** Any of them would do. */
  readonly permissions: readonly string[]

  constructor(...permissions: readonly string[]) {
    super('forbidden', `This call needs the permission ${permissions.join(' or ')}.`)
    this.permissions = permissions
  }
}

/** Nothing the caller may see has this id. */
export class NotFoundError extends CoreError {
  constructor() {
    super('consent_not_found', 'There is no such consent for this caller.')
  }
}

/** No message to a subscriber has this id. */
export class NoDeliveryError extends CoreError {
  constructor() {
    super('delivery_not_found', 'There is no such delivery, or it was done with more than 30 days ago.')
  }
}

/** Nobody knows where to send it any more: the operator puts the subscriber back. */
export class DeliveryRefusedError extends CoreError {
  constructor() {
    super('subscriber_removed', 'Its subscriber is not in WEBHOOKS_FILE any more.')
  }
}

/** The request contradicts another one, or what is stored. */
export class ConflictError extends CoreError {
  declare readonly code: 'request_in_progress' | 'idempotency_key_reused' | 'account_mismatch'
}

/** The customer has not finished yet: wait for them. */
export class WaitForCustomerError extends CoreError {
  declare readonly code: 'consent_pending' | 'consent_unconfirmed'
}

/** A renewal mends it. */
export class RenewConsentError extends CoreError {
  declare readonly code: 'reauthorization_required' | 'consent_expired'
}

/** The consent is over for good: start a new one. */
export class EndedConsentError extends CoreError {
  declare readonly code:
    | 'consent_revoked'
    | 'consent_rejected'
    | 'consent_failed'
    | 'consent_abandoned'
    | 'consent_erased'
}

const CROWDED_RETRY_SECONDS = 5

/** The same request may work after `retryAfterSeconds`. */
export class TryLaterError extends CoreError {
  declare readonly code: 'bank_unavailable' | 'storage_unavailable' | 'identity_provider_unavailable'
  readonly retryAfterSeconds: number

  constructor(code: TryLaterError['code'], retryAfterSeconds: number, cause?: unknown) {
    super(code, TRY_LATER_TEXT[code], cause)
    this.retryAfterSeconds = Math.max(1, Math.ceil(retryAfterSeconds))
  }
}

/** Too many wait for the bank already. */
export class CrowdedError extends TryLaterError {
  constructor() {
    super('bank_unavailable', CROWDED_RETRY_SECONDS)
  }
}

/** The bank was asked about a consent, and does not tell. */
export class BankSilentError extends TryLaterError {
  override readonly message = 'The bank does not tell the account at the moment.'

  constructor(retryAfterSeconds: number) {
    super('bank_unavailable', retryAfterSeconds)
  }
}

const TRY_LATER_TEXT: Record<TryLaterError['code'], string> = {
  bank_unavailable: 'The bank gives no fresh token at the moment, and no live one is left.',
  storage_unavailable: 'The broker cannot reach its database at the moment.',
  identity_provider_unavailable:
    'The keys of the identity provider cannot be fetched at the moment, and this token needs them.',
}

/** The operator must act before the service can run: settings, keys or schema. */
export class OperatorError extends Error {
  readonly code: 'settings_invalid' | 'keys_unusable' | 'schema_unusable' | 'database_unusable'

  constructor(code: OperatorError['code'], message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.code = code
    this.name = 'OperatorError'
  }
}
