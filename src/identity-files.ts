import { readFile } from 'node:fs/promises'
import type { TlsIdentity } from './bank/index.ts'
import type { BankTlsFiles } from './config.ts'
import { OperatorError } from './core/errors.ts'

/** Reads the files that say who we are to the bank, and whom we take for it; raises OperatorError. */
export async function readIdentity(files: BankTlsFiles): Promise<TlsIdentity> {
  const [cert, key, passphrase, ca] = await Promise.all([
    readText('BANK_TLS_CERT_FILE', files.certFile),
    readText('BANK_TLS_KEY_FILE', files.keyFile),
    readText('BANK_TLS_KEY_PASSPHRASE_FILE', files.passphraseFile),
    readText('BANK_TLS_CA_FILE', files.caFile),
  ])
  // Editors end a file with a line break; OpenSSL's own `-passin file:` reads the first line.
  return { cert, key, passphrase: passphrase?.replace(/\r?\n$/, ''), ca }
}

async function readText(setting: string, file: string | null): Promise<string | undefined> {
  try {
    return file === null ? undefined : await readFile(file, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new OperatorError(
      'settings_invalid',
      `${setting} cannot be read (${code ?? 'unknown error'}).`,
      error,
    )
  }
}
