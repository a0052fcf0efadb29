import { createPrivateKey, X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import { UsageError } from './arguments.ts'
import type { CertificateFiles } from './certificate-files.ts'

/** Raises UsageError unless a certificate fits its key, comes from the authority and has not ended. */
export function assertGood({ certFile, cert, key }: CertificateFiles, authority: CertificateFiles): void {
  const certificate = parsed(certFile, () => new X509Certificate(cert))
  const privateKey = parsed(certFile, () => createPrivateKey(key))
  const issuer = parsed(authority.certFile, () => new X509Certificate(authority.cert))
  if (!certificate.checkPrivateKey(privateKey)) {
    throw new UsageError(`--tls: ${certFile} and its key do not belong together.`)
  }
  if (!certificate.verify(issuer.publicKey)) {
    throw new UsageError(`--tls: ${certFile} was not made by the authority in ${authority.certFile}.`)
  }
  if (certificate.validToDate.getTime() <= Date.now()) {
    throw new UsageError(`--tls: ${certFile} has ended; without it and its key, new ones are made.`)
  }
}

function parsed<T>(file: string, parse: () => T): T {
  try {
    return parse()
  } catch {
    throw new UsageError(`--tls: ${file} or its key cannot be read as PEM.`)
  }
}

/** Raises UsageError unless a server's certificate names the host that it listens on. */
export function assertForHost({ certFile, cert }: CertificateFiles, host: string): void {
  const certificate = new X509Certificate(cert)
  // Whoever listens on every interface is called by one of the usual names.
  const isAny = host === '0.0.0.0' || host === '::'
  const found = isIP(host) === 0 ? certificate.checkHost(host) : certificate.checkIP(host)
  if (isAny || found !== undefined) return
  throw new UsageError(`--tls: ${certFile} is not for ${host}; without it and its key, new ones are made.`)
}
