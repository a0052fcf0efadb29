import type { Started } from '../core/authorization-link.ts'
import type { SpoolState } from '../core/broker.ts'
import type { CheckedAccount } from '../core/check-account.ts'
import type { Consent } from '../core/consent.ts'
import { effectiveStatus } from '../core/consent.ts'
import type { ConsentEvent, ConsentRecord } from '../core/consent-store.ts'
import { explainConsent } from '../core/explain-consent.ts'
import type { HandOut } from '../core/hand-out.ts'
import type { Status } from '../core/query-consents.ts'
import { refreshActivity } from '../core/refresh-activity.ts'
import { regulatoryClock } from '../core/regulatory-clock.ts'

/** What views of a consent go by, beside the consent. */
export interface Shown {
  readonly now: Date
  readonly renewalAdvisedBeforeMs: number
}

const text = (time: Date | null): string | null => time?.toISOString() ?? null

/** A consent as the contract shows it (DESIGN section 8). */
export function consentView(record: ConsentRecord, shown: Shown) {
  const { consent, tokens } = record
  return {
    ...consentMembers(consent, shown.now),
    ...clockMembers(consent, shown),
    refresh: {
      state: refreshActivity(record, shown.now),
      last_success_at: text(tokens?.lastSuccessAt ?? null),
      next_due_at: text(tokens?.dueAt ?? null),
      consecutive_failures: tokens?.consecutiveFailures ?? 0,
      last_error: tokens?.lastError ?? null,
    },
    explanation: explainConsent(record, shown),
  }
}

function consentMembers(consent: Consent, now: Date) {
  return {
    id: consent.id,
    bank: consent.bank,
    status: effectiveStatus(consent, now),
    status_reason: consent.statusReason,
    scopes: consent.scopes ?? consent.requestedScopes,
    requested_scopes: consent.requestedScopes,
    owner: consent.owner,
    granted_to: consent.grantedTo,
    customer_reference: consent.customerReference,
    account: consent.ibanMasked,
    transaction_id: consent.transactionId,
    bank_brand: consent.bankBrand,
    confirm: consent.confirm,
    confirmed_at: text(consent.confirmedAt),
    created_at: text(consent.createdAt),
    authorized_at: text(consent.authorizedAt),
    expires_at: text(consent.expiresAt),
    erased_at: text(consent.erasedAt),
    metadata: consent.metadata,
  }
}

/** How long it still lasts, and until a renewal is advised. */
function clockMembers(consent: HandOut['consent'], { renewalAdvisedBeforeMs, now }: Shown) {
  const clock = regulatoryClock(consent, renewalAdvisedBeforeMs, now)
  return {
    days_left: clock.daysLeft,
    renewal_advised_at: text(clock.renewalAdvisedAt),
    renewal_advised_in_days: clock.renewalAdvisedInDays,
  }
}

/** What the bank says of a consent when it is asked anew. */
export function accountView(checked: CheckedAccount, shown: Shown) {
  const { consent, ibanMasked, scopes, transactionId, checkedAt } = checked
  return {
    consent_id: consent.id,
    account: ibanMasked,
    scopes,
    requested_scopes: consent.requestedScopes,
    transaction_id: transactionId,
    checked_at: checkedAt.toISOString(),
    expires_at: text(consent.expiresAt),
    ...clockMembers(consent, shown),
  }
}

export function startedView({ record, authorizationUrl, authorizationExpiresAt }: Started, shown: Shown) {
  return {
    consent: consentView(record, shown),
    authorization_url: authorizationUrl,
    authorization_expires_at: text(authorizationExpiresAt),
  }
}

interface Token {
  readonly accessToken: HandOut['accessToken']
  readonly tokenType: string
  readonly expiresAt: Date
  readonly scope: string
}

/** The members of RFC 6749 section 5.1 that a caller needs. */
export function tokenView({ accessToken, tokenType, expiresAt, scope }: Token, now: Date) {
  return {
    access_token: accessToken.reveal(),
    token_type: tokenType,
    expires_in: Math.max(0, Math.floor((expiresAt.getTime() - now.getTime()) / 1000)),
    expires_at: expiresAt.toISOString(),
    scope,
  }
}

/** A consent's token: beside its members, how its rotation stands and how long the consent lasts. */
export function handOutView(handOut: HandOut, shown: Shown) {
  const { consent, consentId, refreshState } = handOut
  const clock = regulatoryClock(consent, shown.renewalAdvisedBeforeMs, shown.now)
  return {
    ...tokenView(handOut, shown.now),
    consent_id: consentId,
    refresh_state: refreshState,
    consent_expires_at: text(consent.expiresAt),
    consent_days_left: clock.daysLeft,
    renewal_advised_in_days: clock.renewalAdvisedInDays,
  }
}

export function eventView({ id, type, actor, detail, personal, occurredAt }: ConsentEvent) {
  return { id, type, actor, detail, personal, occurred_at: occurredAt.toISOString() }
}

export function statusView(status: Status, keyIds: readonly string[], now: Date) {
  const { summary } = status
  const { oldestDueAt, hold } = summary
  const lagMs = oldestDueAt === null ? 0 : now.getTime() - oldestDueAt.getTime()
  return {
    consents: summary.countsByStatus,
    refresh: {
      due: summary.due,
      oldest_due_at: text(oldestDueAt),
      lag_seconds: Math.max(0, Math.floor(lagMs / 1000)),
      failing: summary.failing,
      uncertain: summary.uncertain,
      hold: hold === null ? null : { ...hold, until: hold.until.toISOString() },
      gate: gateView(status),
    },
    expiring_within_14_days: summary.expiringWithin14Days,
    counted_at: summary.countedAt.toISOString(),
    keys: keyIds,
  }
}

function gateView({ gate, events, window }: Status) {
  return {
    open: gate.reason === null,
    reason: gate.reason,
    since: text(gate.since),
    score: Math.round(gate.score * 100) / 100,
    window,
    canary_failures: gate.canaryFailures,
    next_canary_at: text(gate.nextCanaryAt),
    healthy_at: text(gate.healthyAt),
    events: events.map(({ type, actor, detail, occurredAt }) => ({
      type,
      actor,
      detail,
      occurred_at: occurredAt.toISOString(),
    })),
  }
}

/** How far this process's clock is ahead, in milliseconds; null where it is not known. */
export interface ClockSkew {
  readonly database: number | null
  readonly bank: number | null
}

export function clockView({ database, bank }: ClockSkew) {
  const seconds = (ms: number | null) => (ms === null ? null : ms / 1000)
  return { database_skew_seconds: seconds(database), bank_skew_seconds: seconds(bank) }
}

export function spoolView({ setAside, ...state }: SpoolState) {
  return { ...state, set_aside: setAside }
}
