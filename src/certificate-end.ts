import { type BankCertificate, certificateEndsAt } from './core/bank-certificate.ts'
import type { Logger } from './logger.ts'
import { createReminder } from './reminder.ts'

export interface EndOptions {
  readonly log: Pick<Logger, 'warn' | 'error'>
  /** BANK_TLS_WARN_BEFORE. */
  readonly warnBeforeMs: number
}

const DAY_MS = 86_400_000
/** A new QWAC takes days: to be ordered, and to be swapped by appointment (ABNAMRO.md section 7). */
const LAST_DAYS_MS = 7 * DAY_MS

const TEXTS = {
  soon: 'the client certificate for the bank ends soon; order the next',
  last_days: 'the client certificate for the bank ends within days; swap it with the bank',
  ended: 'the client certificate for the bank has ended: the bank refuses us',
  not_yet: 'the client certificate for the bank is not valid yet: the bank refuses us',
} as const

/** Makes what warns of a certificate's end, well ahead and once a day; louder in its last days. */
export function createEndWarning({ log, warnBeforeMs }: EndOptions) {
  const isWorthSaying = createReminder(DAY_MS)

  return (certificate: BankCertificate, now: Date): void => {
    const endsAt = certificateEndsAt(certificate)
    const leftMs = endsAt.getTime() - now.getTime()
    const state = stateOf(certificate.notBefore > now, leftMs, warnBeforeMs)
    const what = state === null ? null : `${state} ${certificate.fingerprintSha256}`
    if (!isWorthSaying(what, now) || state === null) return
    const fields = { ...identityOf(certificate), endsAt, daysLeft: Math.floor(leftMs / DAY_MS) }
    if (state === 'soon') log.warn(fields, TEXTS[state])
    else log.error(fields, TEXTS[state])
  }
}

function stateOf(isEarly: boolean, leftMs: number, warnBeforeMs: number): keyof typeof TEXTS | null {
  if (isEarly) return 'not_yet'
  if (leftMs <= 0) return 'ended'
  if (leftMs > warnBeforeMs) return null
  return leftMs <= LAST_DAYS_MS ? 'last_days' : 'soon'
}

/** What a line of the log says of a certificate. */
export function identityOf({ fingerprintSha256, serialNumber, issuer, notAfter }: BankCertificate) {
  return { fingerprintSha256, serialNumber, issuer, notAfter }
}
