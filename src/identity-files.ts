import { readFile } from 'node:fs/promises'
import { BANK_TLS_NAMES, type TlsIdentity, type TlsSettingNames } from './bank/index.ts'
import type { TlsFiles } from './config.ts'
import { OperatorError } from './core/errors.ts'

/** Reads the files that say who we are, to the bank or to callers, and whom we trust; raises OperatorError. */
export async function readIdentity(
  files: TlsFiles,
  names: TlsSettingNames = BANK_TLS_NAMES,
): Promise<TlsIdentity> {
  const [cert, key, passphrase, ca] = await Promise.all([
    readText(names.cert, files.certFile),
    readText(names.key, files.keyFile),
    readText(names.passphrase, files.passphraseFile),
    readText(names.ca, files.caFile),
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
