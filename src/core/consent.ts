/** Statuses of a consent (DESIGN section 3). A consent's status and its tokens' state are two things. */
export type ConsentStatus =
  | 'pending'
  | 'active'
  | 'reauthorization_required'
  | 'rejected'
  | 'failed'
  | 'abandoned'
  | 'expired'
  | 'revoked'

export type StatusReason =
  | 'refused_by_bank'
  | 'rotation_lost'
  | 'cancelled_by_customer'
  | 'no_account'
  | 'exchange_lost'
  | 'exchange_refused'
  | 'account_mismatch'

export const CONSENT_STATUSES = [
  'pending',
  'active',
  'reauthorization_required',
  'rejected',
  'failed',
  'abandoned',
  'expired',
  'revoked',
] as const satisfies readonly ConsentStatus[]

export interface Consent {
  readonly id: string
  readonly bank: string
  readonly status: ConsentStatus
  readonly statusReason: StatusReason | null
  readonly requestedScopes: readonly string[]
  /** What the bank granted; null until known. */
  readonly scopes: readonly string[] | null
  readonly owner: string
  readonly grantedTo: readonly string[]
  readonly customerReference: string | null
  readonly transactionId: string | null
  readonly bankBrand: string | null
  /** Tokens are handed out only once the owner confirmed with the result code. */
  readonly confirm: boolean
  readonly confirmedAt: Date | null
  readonly bindUserAgent: boolean
  readonly ibanMasked: string | null
  /** The number of the newest chain of tokens begun for this consent. */
  readonly chain: number
  readonly createdAt: Date
  readonly authorizedAt: Date | null
  readonly expiresAt: Date | null
  readonly lastAskedAt: Date | null
  /** When its personal data were erased, past RETENTION; it never lives again. */
  readonly erasedAt: Date | null
  readonly metadata: Readonly<Record<string, string>>
}

const MAY_EXPIRE: ReadonlySet<ConsentStatus> = new Set(['pending', 'active', 'reauthorization_required'])

/**
 * A consent past its end is expired from that moment, before housekeeping has written it down. Of those that are
 * pending only imports have an end yet.
 */
export function effectiveStatus(consent: Pick<Consent, 'status' | 'expiresAt'>, now: Date): ConsentStatus {
  const hasEnded = consent.expiresAt !== null && consent.expiresAt <= now
  return hasEnded && MAY_EXPIRE.has(consent.status) ? 'expired' : consent.status
}

/** Shows the country, check digits, bank and last four characters: NL12ABNA******6523. */
export function maskIban(iban: string): string {
  if (iban.length <= 12) return '*'.repeat(iban.length)
  return `${iban.slice(0, 8)}${'*'.repeat(iban.length - 12)}${iban.slice(-4)}`
}

/** Spaces out, upper case: the form in which an IBAN is sealed, hashed and compared. */
export function normalizeIban(iban: string): string {
  return iban.replaceAll(/\s/g, '').toUpperCase()
}
