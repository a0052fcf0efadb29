import { readFile } from 'node:fs/promises'
import type { TlsIdentity } from './bank/index.ts'
import type { BankTlsFiles } from './config.ts'

/** Reads the files that say who we are to the bank, and whom we take for it. */
export async function readIdentity(files: BankTlsFiles): Promise<TlsIdentity> {
  const [cert, key, passphrase, ca] = await Promise.all(
    [files.certFile, files.keyFile, files.passphraseFile, files.caFile].map(readText),
  )
  // Editors end a file with a line break; OpenSSL's own `-passin file:` reads the first line.
  return { cert, key, passphrase: passphrase?.replace(/\r?\n$/, ''), ca }
}

async function readText(file: string | null): Promise<string | undefined> {
  return file === null ? undefined : await readFile(file, 'utf8')
}
