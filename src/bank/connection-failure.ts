export const CERTIFICATE_REJECTED = 'certificate_rejected'

/** Says why a connection could not be used; nothing was sent on it. */
export class ConnectionFailure extends Error {
  readonly code: string
  readonly ourFault: boolean

  constructor(code: string, cause?: unknown) {
    super(`No usable connection: ${code}.`, { cause })
    this.name = 'ConnectionFailure'
    this.code = code
    this.ourFault = code === CERTIFICATE_REJECTED
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connect_refused',
  ENOTFOUND: 'dns_failed',
  EAI_AGAIN: 'dns_failed',
  EHOSTUNREACH: 'connect_unreachable',
  ENETUNREACH: 'connect_unreachable',
  ETIMEDOUT: 'connect_timeout',
}

// The alerts a server sends about our certificate (RFC 8446 section 6.2); a missing one is handshake_failure
// in TLS 1.2 (RFC 5246 section 7.4.6). OpenSSL's names for them differ in their prefixes only.
const CERTIFICATE_ALERT =
  /_ALERT_(BAD_CERTIFICATE|UNSUPPORTED_CERTIFICATE|CERTIFICATE_(REVOKED|EXPIRED|UNKNOWN|REQUIRED)|UNKNOWN_CA|ACCESS_DENIED|DECRYPT_ERROR|HANDSHAKE_FAILURE)$/

/** Names the failure of an attempt to connect by its error code, never by its text. */
export function describeFailure(error: unknown, otherwise: string): ConnectionFailure {
  if (isCertificateAlert(error)) return new ConnectionFailure(CERTIFICATE_REJECTED, error)
  return new ConnectionFailure(REASONS[errorCode(error)] ?? otherwise, error)
}

/** Tells whether the other side ended TLS because of our certificate. */
export function isCertificateAlert(error: unknown): boolean {
  return CERTIFICATE_ALERT.test(errorCode(error))
}

/** Gives the `code` of a Node.js or undici error, or an empty string. */
export function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
}
