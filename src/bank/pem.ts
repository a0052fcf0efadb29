import { X509Certificate } from 'node:crypto'

/**
 * Reads the certificates of a PEM text, in its order; raises where there is none, or one does not parse.
 *
 * What stands before a block is a comment to OpenSSL, and a certificate may share its file with the key. A block that
 * does not begin a line, as where files were joined without a line break, OpenSSL silently leaves out: it raises.
 */
export function readCertificates(pem: string): readonly [X509Certificate, ...X509Certificate[]] {
  const [first, ...others] = pem
    .split(/^(?=-----BEGIN )/m)
    .filter((block) => /^-----BEGIN [A-Z0-9 ]*CERTIFICATE-----/.test(block))
    .map((block) => new X509Certificate(block))
  if (first === undefined) throw new Error('There is no PEM block of a certificate.')
  return [first, ...others]
}

/** Tells whether a private key needs a passphrase: PKCS #8 (RFC 7468 section 11), or the older form (RFC 1421). */
export function isEncrypted(pem: string): boolean {
  return /-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: 4,ENCRYPTED/m.test(pem)
}
