import { createPrivateKey } from 'node:crypto'
import { OperatorError } from '../core/errors.ts'
import { errorCode } from './connection-failure.ts'
import { isEncrypted, readCertificates } from './pem.ts'
import { createTlsState, type TlsIdentity, type TlsState } from './proven-connection.ts'

/**
 * Reads certificate, key and CA once; raises OperatorError with the setting that names the unusable file.
 *
 * Each text is parsed here first: Node.js passes over an empty one, and OpenSSL takes a CA without a single
 * certificate for a list that trusts nobody.
 */
export function readTls(identity: TlsIdentity, former?: TlsState): TlsState {
  check(identity.cert, 'BANK_TLS_CERT_FILE holds no certificate that can be used', readCertificates)
  checkKey(identity)
  check(identity.ca, 'BANK_TLS_CA_FILE holds no certificates that can be used', readCertificates)
  try {
    return createTlsState(identity, former?.ticketless)
  } catch (error) {
    throw unusable('BANK_TLS_CERT_FILE and BANK_TLS_KEY_FILE cannot be used together', error)
  }
}

function checkKey({ key, passphrase }: TlsIdentity): void {
  const encrypted = key !== undefined && isEncrypted(key)
  if (encrypted && passphrase === undefined) throw unusable(NO_PASSPHRASE, undefined)
  const open = (pem: string) => createPrivateKey(encrypted ? { key: pem, passphrase } : pem)
  check(key, encrypted ? WRONG_PASSPHRASE : NO_KEY, open)
}

const NO_KEY = 'BANK_TLS_KEY_FILE holds no private key that opens without a passphrase'
const NO_PASSPHRASE = 'BANK_TLS_KEY_FILE is encrypted, and BANK_TLS_KEY_PASSPHRASE_FILE is not set'
const WRONG_PASSPHRASE = 'BANK_TLS_KEY_FILE does not open with the passphrase in BANK_TLS_KEY_PASSPHRASE_FILE'

function check(pem: string | undefined, sentence: string, parse: (pem: string) => unknown): void {
  try {
    if (pem !== undefined) parse(pem)
  } catch (error) {
    throw unusable(sentence, error)
  }
}

function unusable(sentence: string, cause: unknown): OperatorError {
  const code = errorCode(cause)
  return new OperatorError('settings_invalid', `${sentence}${code === '' ? '' : ` (${code})`}.`, cause)
}
