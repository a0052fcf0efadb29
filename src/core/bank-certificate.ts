/** The certificate by which the bank knows us, as people compare it with the bank's own record. */
export interface BankCertificate {
  readonly subject: string
  readonly issuer: string
  readonly serialNumber: string
  /** As OpenSSL prints it. */
  readonly fingerprintSha256: string
  /** `x5t#S256`: what tokens are bound to (RFC 8705 section 3.1). */
  readonly thumbprint: string
  readonly notBefore: Date
  readonly notAfter: Date
  /** The earliest end among the intermediates sent with it; null where there are none. */
  readonly chainEndsAt: Date | null
}

/** When the bank begins to refuse us: a chain is as good as the first of its certificates to end. */
export function certificateEndsAt({ notAfter, chainEndsAt }: BankCertificate): Date {
  return chainEndsAt !== null && chainEndsAt < notAfter ? chainEndsAt : notAfter
}
