import type { Generated } from 'kysely'
import type { ConsentStatus, StatusReason } from '../core/consent.ts'
import type { RotationOutcome } from '../core/outcomes.ts'
import type { Sealed } from '../core/vault.ts'
import type { DeliveryState, WebhookType } from '../core/webhook.ts'

export interface ConsentRow {
  id: string
  bank: string
  status: ConsentStatus
  status_reason: StatusReason | null
  requested_scopes: string[]
  scopes: string[] | null
  owner: string
  granted_to: string[]
  customer_reference: string | null
  transaction_id: string | null
  bank_brand: string | null
  confirm: boolean
  confirmed_at: Date | null
  bind_user_agent: boolean
  metadata: Record<string, string>
  iban_sealed: Sealed | null
  iban_masked: string | null
  iban_hash: string | null
  iban_hash_kid: string | null
  chain: number
  created_at: Date
  authorized_at: Date | null
  expires_at: Date | null
  ended_at: Date | null
  last_asked_at: Date | null
  erased_at: Date | null
}

export interface TokenRow {
  consent_id: string
  chain: number
  version: number
  access_token: Sealed | null
  refresh_token: Sealed
  token_type: string
  scope: string | null
  obtained_at: Date
  access_expires_at: Date
  due_at: Date | null
  presentations: number
  attempt_id: string | null
  attempt_started_at: Date | null
  lease_until: Date | null
  retry_at: Date | null
  settled_attempt_id: string | null
  settled_presentation: number
  presented_by: string[]
  last_success_at: Date | null
  consecutive_failures: number
  last_error: string | null
  rejection_checked_at: Date | null
  unreadable_answer: Sealed | null
  claims: number
  uncertain_at: Date | null
  uncertain_reasons: string[]
  refused_at: Date | null
  certificate: string | null
}

export interface GateRow {
  bank: string
  held_by: string | null
  hold_reason: string | null
  hold_until: Date | null
  score: number
  offenders: string[]
  closed_at: Date | null
  close_reason: 'bank_failing' | 'bank_refuses_us' | 'database_changed' | null
  braked_at: Date | null
  epoch: number
  healthy_at: Date | null
  canary_id: string | null
  canary_until: Date | null
  canary_failures: number
  next_canary_at: Date | null
  system_identifier: string | null
  timeline: string | null
  timeline_changed_at: Date | null
}

export interface BankEventRow {
  id: string
  bank: string
  type: string
  actor: string
  detail: Record<string, unknown>
  occurred_at: Date
  /** Its place in the chain, and the hash of all up to it; null in what was written before there were chains. */
  position: number | null
  hash: Buffer | null
}

export interface EventRow {
  id: string
  consent_id: string
  type: string
  actor: string
  detail: Record<string, unknown>
  occurred_at: Date
  position: number | null
  hash: Buffer | null
  /** Erased together with its salt; the hash of both stays in the chain. */
  personal: Record<string, string> | null
  personal_salt: Buffer | null
  personal_hash: Buffer | null
}

/** What the database fills in as a transaction commits (migration 0008). */
type Chained = 'id' | 'position' | 'hash'

export interface ImportedTokenRow {
  token_digest: string
  consent_id: string
}

export interface AuthorizationRow {
  id: string
  consent_id: string
  kind: 'first' | 'renewal'
  status: 'open' | 'exchanging' | 'completed' | 'rejected' | 'failed' | 'abandoned'
  outcome: string | null
  ticket_digest: string
  return_url: string | null
  chain: number | null
  attempts: number
  created_at: Date
  expires_at: Date
  abandon_at: Date
  exchange_started_at: Date | null
  result_code: Sealed | null
  result_code_digest: string | null
  result_code_used_at: Date | null
  /** The state digest of the attempt whose callback was accepted. */
  concluded_by: string | null
}

export interface AttemptRow {
  state_digest: string
  authorization_id: string
  cookie_digest: string
  /** Null once its consent is revoked. */
  code_verifier: Sealed | null
  created_at: Date
  consumed_at: Date | null
}

export interface StagedRow {
  authorization_id: string
  consent_id: string
  chain: number
  access_token: Sealed
  refresh_token: Sealed
  token_type: string
  scope: string | null
  obtained_at: Date
  access_expires_at: Date
  check_after: Date
  certificate: string | null
  consent_expires_at: Date | null
}

/** Written by a trigger on `consent_events` (migration 0011), so never inserted from here. */
export interface DeliveryRow {
  id: string
  message_id: string
  event_id: string
  subscriber: string
  type: WebhookType
  consent_id: string
  bank: string
  owner: string
  status: string
  status_reason: string | null
  expires_at: Date | null
  days_left: number | null
  occurred_at: Date
  created_at: Date
  state: DeliveryState
  attempts: number
  next_attempt_at: Date | null
  sending: boolean
  last_attempt_at: Date | null
  last_error: string | null
  finished_at: Date | null
}

/** Columns that the database fills in where an insert leaves them out. */
type Filled<Row, Columns extends keyof Row> = Omit<Row, Columns> & { [C in Columns]: Generated<Row[C]> }

export interface Tables {
  consents: Filled<ConsentRow, 'chain'>
  consent_tokens: TokenRow
  consent_events: Filled<EventRow, Chained | 'personal' | 'personal_salt' | 'personal_hash'>
  imported_tokens: ImportedTokenRow
  authorizations: Filled<AuthorizationRow, 'attempts'>
  authorization_attempts: AttemptRow
  staged_tokens: StagedRow
  bank_gates: { [C in keyof GateRow]: C extends 'bank' ? string : Generated<GateRow[C]> }
  bank_events: Filled<BankEventRow, Chained>
  event_chains: { chain: string; length: Generated<number>; hash: Generated<Buffer> }
  bank_answers: { bank: string; minute: Date; rotated: Generated<number>; refused: Generated<number> }
  bank_outcomes: { bank: string; quarter: Date } & Record<RotationOutcome, Generated<number>>
  idempotency_keys: {
    caller: string
    key_digest: string
    request_digest: string
    consent_id: string
    /** Null once its consent is revoked. */
    stored_answer: Sealed | null
    created_at: Date
  }
  encryption_keys: { kid: string; check_value: string; first_seen_at: Date }
}
