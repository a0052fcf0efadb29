import { createPrivateKey } from 'node:crypto'
import { createSecureContext } from 'node:tls'
import { OperatorError } from '../core/errors.ts'
import { errorCode } from './connection-failure.ts'
import { isEncrypted, readCertificates } from './pem.ts'
import { createTlsState, type TlsIdentity, type TlsState } from './proven-connection.ts'

/** The settings that name the files of an identity. */
export type TlsSettingNames = Readonly<Record<keyof TlsIdentity, string>>

/** The settings of who we are to the bank. */
export const BANK_TLS_NAMES: TlsSettingNames = {
  cert: 'BANK_TLS_CERT_FILE',
  key: 'BANK_TLS_KEY_FILE',
  passphrase: 'BANK_TLS_KEY_PASSPHRASE_FILE',
  ca: 'BANK_TLS_CA_FILE',
}

/** Reads certificate, key and CA once; raises OperatorError with the setting that names the unusable file. */
export function readTls(identity: TlsIdentity, former?: TlsState): TlsState {
  return usable(identity, BANK_TLS_NAMES, () => createTlsState(identity, former?.ticketless))
}

/** Raises OperatorError with the setting of `names` that names an unusable file. */
export function assertUsableIdentity(identity: TlsIdentity, names: TlsSettingNames): void {
  usable(identity, names, () => createSecureContext(identity))
}

/**
 * Each text is parsed here first: Node.js passes over an empty one, and OpenSSL takes a CA without a single
 * certificate for a list that trusts nobody.
 */
function usable<T>(identity: TlsIdentity, names: TlsSettingNames, use: () => T): T {
  check(identity.cert, `${names.cert} holds no certificate that can be used`, readCertificates)
  checkKey(identity, names)
  check(identity.ca, `${names.ca} holds no certificates that can be used`, readCertificates)
  try {
    return use()
  } catch (error) {
    throw unusable(`${names.cert} and ${names.key} cannot be used together`, error)
  }
}

function checkKey({ key, passphrase }: TlsIdentity, names: TlsSettingNames): void {
  const encrypted = key !== undefined && isEncrypted(key)
  if (encrypted && passphrase === undefined) {
    throw unusable(`${names.key} is encrypted, and ${names.passphrase} is not set`, undefined)
  }
  const open = (pem: string) => createPrivateKey(encrypted ? { key: pem, passphrase } : pem)
  const wrong = encrypted
    ? `does not open with the passphrase in ${names.passphrase}`
    : 'holds no private key that opens without a passphrase'
  check(key, `${names.key} ${wrong}`, open)
}

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
