import { createPrivateKey, X509Certificate } from 'node:crypto'
import { OperatorError } from '../core/errors.ts'
import { errorCode } from './connection-failure.ts'
import { createTlsState, type TlsIdentity, type TlsState } from './proven-connection.ts'

/**
 * Reads certificate, key and CA once; raises OperatorError with the setting that names the unusable file.
 *
 * Each text is parsed here first: Node.js passes over an empty one, and OpenSSL takes a CA without a single
 * certificate for a list that trusts nobody.
 */
export function readTls(identity: TlsIdentity): TlsState {
  check(identity.cert, 'BANK_TLS_CERT_FILE holds no certificate that can be used', assertCertificates)
  check(
    identity.key,
    'BANK_TLS_KEY_FILE holds no private key that opens without a passphrase',
    createPrivateKey,
  )
  check(identity.ca, 'BANK_TLS_CA_FILE holds no certificates that can be used', assertCertificates)
  try {
    return createTlsState(identity)
  } catch (error) {
    throw unusable('BANK_TLS_CERT_FILE and BANK_TLS_KEY_FILE cannot be used together', error)
  }
}

function check(pem: string | undefined, sentence: string, parse: (pem: string) => unknown): void {
  try {
    if (pem !== undefined) parse(pem)
  } catch (error) {
    throw unusable(sentence, error)
  }
}

// What stands before a block is a comment to OpenSSL, and a certificate may share its file with the key.
function assertCertificates(pem: string): void {
  const blocks = pem
    .split(/(?=-----BEGIN )/)
    .filter((block) => /^-----BEGIN [A-Z0-9 ]*CERTIFICATE-----/.test(block))
  if (blocks.length === 0) throw new Error('There is no PEM block of a certificate.')
  for (const block of blocks) new X509Certificate(block)
}

function unusable(sentence: string, cause: unknown): OperatorError {
  const code = errorCode(cause)
  return new OperatorError('settings_invalid', `${sentence}${code === '' ? '' : ` (${code})`}.`, cause)
}
