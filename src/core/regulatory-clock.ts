import { type Consent, type ConsentStatus, effectiveStatus } from './consent.ts'

const DAY_MS = 86_400_000

/** How long a consent still lasts, and when to ask its customer again (RTS SCA article 10a). */
export interface RegulatoryClock {
  /** Whole days, rounded up: 0 once it has ended. Null until authorized. */
  readonly daysLeft: number | null
  readonly renewalAdvisedAt: Date | null
  /** Whole days, rounded up: 0 means now. Null where there is no end yet, or nothing to renew. */
  readonly renewalAdvisedInDays: number | null
}

type Timed = Pick<Consent, 'status' | 'authorizedAt' | 'expiresAt' | 'erasedAt'>

/** A renewal alone mends these, whatever time is left. */
const TO_RENEW: ReadonlySet<ConsentStatus> = new Set(['reauthorization_required', 'expired'])
const OVER: ReadonlySet<ConsentStatus> = new Set(['revoked', 'rejected', 'failed', 'abandoned'])

/** Reads the regulatory clock of a consent at a moment. */
export function regulatoryClock(consent: Timed, renewalAdvisedBeforeMs: number, now: Date): RegulatoryClock {
  const { expiresAt } = consent
  if (expiresAt === null) return { daysLeft: null, renewalAdvisedAt: null, renewalAdvisedInDays: null }
  const status = effectiveStatus(consent, now)
  if (OVER.has(status) || consent.erasedAt !== null)
    return { daysLeft: 0, renewalAdvisedAt: null, renewalAdvisedInDays: null }
  const renewalAdvisedAt = adviseAt(consent.authorizedAt, expiresAt, renewalAdvisedBeforeMs)
  return {
    daysLeft: daysUntil(expiresAt, now),
    renewalAdvisedAt,
    renewalAdvisedInDays: TO_RENEW.has(status) ? 0 : daysUntil(renewalAdvisedAt, now),
  }
}

/** A consent shorter than the time before its end is not advised to be renewed before it was given. */
function adviseAt(authorizedAt: Date | null, expiresAt: Date, beforeMs: number): Date {
  const atMs = expiresAt.getTime() - beforeMs
  return new Date(authorizedAt === null ? atMs : Math.max(atMs, authorizedAt.getTime()))
}

function daysUntil(time: Date, now: Date): number {
  return Math.max(0, Math.ceil((time.getTime() - now.getTime()) / DAY_MS))
}
