import type { X509Certificate } from 'node:crypto'
import { type BankCertificate, certificateEndsAt } from '../core/bank-certificate.ts'
import { OperatorError } from '../core/errors.ts'
import { readCertificates } from './pem.ts'
import { BANK_TLS_NAMES } from './tls-files.ts'

/** Describes the client certificate of a PEM text with its chain; raises where it does not parse. */
export function describeCertificate(pem: string): BankCertificate {
  // OpenSSL sends the first as ours and the others as its chain.
  const [own, ...chain] = readCertificates(pem)
  const digest = Buffer.from(own.fingerprint256.replaceAll(':', ''), 'hex')
  return {
    subject: oneLine(own.subject),
    issuer: oneLine(own.issuer),
    serialNumber: own.serialNumber,
    fingerprintSha256: own.fingerprint256,
    thumbprint: digest.toString('base64url'),
    notBefore: own.validFromDate,
    notAfter: own.validToDate,
    chainEndsAt: earliestEnd(chain.filter((certificate) => !isRoot(certificate))),
  }
}

/** Raises OperatorError, naming the setting, for a certificate that nobody accepts at this moment. */
export function assertInForce(certificate: BankCertificate, now: Date, setting = BANK_TLS_NAMES.cert): void {
  const refuse = (how: string) =>
    new OperatorError('settings_invalid', `${setting} holds a certificate ${how}.`)
  if (certificate.notBefore > now) throw refuse('that is not valid yet')
  if (certificateEndsAt(certificate) <= now) throw refuse('that has expired, or an intermediate that has')
}

/** A server looks at its own copy of the root, whatever we send. */
function isRoot(certificate: X509Certificate): boolean {
  return certificate.checkIssued(certificate)
}

function earliestEnd(chain: readonly X509Certificate[]): Date | null {
  return chain.length === 0
    ? null
    : new Date(Math.min(...chain.map(({ validToDate }) => validToDate.getTime())))
}

/** Node.js gives each name a line of its own. */
function oneLine(names: string): string {
  return names.split('\n').join(', ')
}
