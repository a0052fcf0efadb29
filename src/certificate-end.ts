import type { CertificateWording, EndState } from './certificate-wording.ts'
import { type BankCertificate, certificateEndsAt } from './core/bank-certificate.ts'
import type { Logger } from './logger.ts'
import { createReminder } from './reminder.ts'

export interface EndOptions {
  readonly log: Pick<Logger, 'warn' | 'error'>
  /** BANK_TLS_WARN_BEFORE, INTERNAL_TLS_WARN_BEFORE. */
  readonly warnBeforeMs: number
  readonly wording: Pick<CertificateWording, 'ends' | 'lastDaysMs'>
}

const DAY_MS = 86_400_000

/** Makes what warns of a certificate's end, well ahead and once a day; louder in its last days. */
export function createEndWarning({ log, warnBeforeMs, wording }: EndOptions) {
  const isWorthSaying = createReminder(DAY_MS)

  return (certificate: BankCertificate, now: Date): void => {
    const endsAt = certificateEndsAt(certificate)
    const leftMs = endsAt.getTime() - now.getTime()
    const state = certificate.notBefore > now ? 'not_yet' : stateOf(leftMs)
    const what = state === null ? null : `${state} ${certificate.fingerprintSha256}`
    if (!isWorthSaying(what, now) || state === null) return
    const fields = { ...identityOf(certificate), endsAt, daysLeft: Math.floor(leftMs / DAY_MS) }
    if (state === 'soon') log.warn(fields, wording.ends[state])
    else log.error(fields, wording.ends[state])
  }

  function stateOf(leftMs: number): EndState | null {
    if (leftMs <= 0) return 'ended'
    if (leftMs > warnBeforeMs) return null
    return leftMs <= wording.lastDaysMs ? 'last_days' : 'soon'
  }
}

/** What a line of the log says of a certificate. */
export function identityOf({ fingerprintSha256, serialNumber, issuer, notAfter }: BankCertificate) {
  return { fingerprintSha256, serialNumber, issuer, notAfter }
}
