import { type BankCertificate, certificateEndsAt } from '../core/bank-certificate.ts'
import { type Instruments, NO_LABELS } from './metrics/instruments.ts'

const DAY_MS = 86_400_000

/** A certificate of ours as `GET /v1/status` shows it; null where there is none. */
export function certificateView(certificate: BankCertificate | null, now: Date) {
  if (certificate === null) return null
  const leftMs = certificateEndsAt(certificate).getTime() - now.getTime()
  return {
    subject: certificate.subject,
    issuer: certificate.issuer,
    serial_number: certificate.serialNumber,
    fingerprint_sha256: certificate.fingerprintSha256,
    not_before: certificate.notBefore.toISOString(),
    not_after: certificate.notAfter.toISOString(),
    chain_ends_at: certificate.chainEndsAt?.toISOString() ?? null,
    days_left: Math.floor(leftMs / DAY_MS),
  }
}

/** Makes what shows a certificate's end; absent where there is none, for 0 would be the year 1970. */
export function certificateMetric(
  { gauge }: Instruments,
  of: 'bank' | 'internal',
): (certificate: BankCertificate | null) => void {
  const whose = { bank: 'client certificate for the bank', internal: 'certificate of the internal listener' }
  const ends = gauge({
    name: `token_broker_${of}_certificate_expiry_timestamp_seconds`,
    help: `When the ${whose[of]}, or an intermediate sent with it, ends.`,
    labels: NO_LABELS,
  })
  return (certificate) => {
    ends({}, certificate === null ? null : certificateEndsAt(certificate).getTime() / 1000)
  }
}
