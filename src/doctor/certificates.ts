import type { X509Certificate } from 'node:crypto'
import {
  assertUsableIdentity,
  readCertificates,
  type TlsIdentity,
  type TlsSettingNames,
} from '../bank/index.ts'
import { type Finding, failure, ok, warning } from './finding.ts'

const DAY_MS = 86_400_000
/** Extended key usage of a TLS client, and of any purpose (RFC 5280 section 4.2.1.12). */
const CLIENT_PURPOSES = ['1.3.6.1.5.5.7.3.2', '2.5.29.37.0']

export interface Judged {
  readonly names: TlsSettingNames
  readonly warnBeforeMs: number
  readonly now: Date
  /** Whether it is to be shown by a client. */
  readonly isClient: boolean
}

/** Judges a certificate, its key and its chain; raises OperatorError where they cannot be used together. */
export function judgeIdentity(identity: TlsIdentity, judged: Judged): readonly Finding[] {
  assertUsableIdentity(identity, judged.names)
  if (identity.cert === undefined) return []
  const chain = readCertificates(identity.cert)
  return [
    ...chain.map((certificate, place) => judgeEnd(certificate, place, judged)),
    ...chain.flatMap((certificate, place) => judgeIssuer(certificate, chain[place + 1])),
    ...judgePurpose(chain[0], judged),
  ]
}

function judgeEnd(certificate: X509Certificate, place: number, { now, warnBeforeMs }: Judged): Finding {
  const { validFromDate, validToDate } = certificate
  const what = `${place === 0 ? 'The certificate' : 'Its chain'} ${nameOf(certificate.subject)}`
  const leftMs = validToDate.getTime() - now.getTime()
  const day = validToDate.toISOString().slice(0, 10)
  if (validFromDate > now)
    return failure(`${what} is not valid before ${validFromDate.toISOString()}: use the former until then.`)
  if (leftMs <= 0) return failure(`${what} ended on ${day}: order and install the next.`)
  const days = Math.floor(leftMs / DAY_MS)
  return leftMs <= warnBeforeMs
    ? warning(`${what} ends on ${day}, in ${days} days: order the next.`)
    : ok(`${what} is good until ${day}, for ${days} days.`)
}

/** Whoever checks it must find the way to the authority that it trusts: each is followed by its issuer. */
function judgeIssuer(certificate: X509Certificate, next: X509Certificate | undefined): readonly Finding[] {
  if (next === undefined || certificate.checkIssued(next)) return []
  return [
    warning(
      `The chain is broken after ${nameOf(certificate.subject)}: next must come ${nameOf(certificate.issuer)}, its issuer, and not ${nameOf(next.subject)}.`,
    ),
  ]
}

function judgePurpose({ keyUsage }: X509Certificate, { isClient }: Judged): readonly Finding[] {
  // What Node calls `keyUsage` is the extended one; without that a certificate is for any purpose.
  const purposes: readonly string[] | undefined = keyUsage
  if (!isClient || !purposes || purposes.some((purpose) => CLIENT_PURPOSES.includes(purpose))) return []
  return [
    warning(
      'The certificate is not for TLS clients (extended key usage clientAuth): the bank may refuse it.',
    ),
  ]
}

function nameOf(name: string): string {
  return `"${name.split('\n').join(', ')}"`
}
