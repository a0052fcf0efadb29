import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { generate } from 'selfsigned'
import { UsageError } from './arguments.ts'
import { assertGood } from './certificate-checks.ts'

/** A certificate and its key, and where they are. */
export interface CertificateFiles {
  readonly certFile: string
  readonly keyFile: string
  readonly cert: string
  readonly key: string
}

type Options = NonNullable<Parameters<typeof generate>[1]>

/** What a certificate may be used for. */
export type Extensions = NonNullable<Options['extensions']>

/** A certificate that is to be found or made; its own authority where none is named. */
export interface Wanted {
  readonly folder: string
  readonly name: 'ca' | 'server' | 'client'
  readonly commonName: string
  readonly validDays: number
  readonly extensions: Extensions
  readonly authority: CertificateFiles | null
}

const dayMs = 86_400_000

/** Finds a certificate and its key in a folder, or makes them. */
export async function provide(wanted: Wanted): Promise<CertificateFiles> {
  const certFile = join(wanted.folder, `${wanted.name}.pem`)
  const keyFile = join(wanted.folder, `${wanted.name}-key.pem`)
  if (!existsSync(certFile) && !existsSync(keyFile)) return make(wanted, { certFile, keyFile })
  for (const file of [certFile, keyFile]) {
    if (!existsSync(file)) throw new UsageError(`--tls: ${file} is missing beside its other half.`)
  }
  const [cert, key] = await Promise.all([readFile(certFile, 'utf8'), readFile(keyFile, 'utf8')])
  const files = { certFile, keyFile, cert, key }
  assertGood(files, wanted.authority ?? files)
  return files
}

// Nothing is ever overwritten: the folder may hold a certificate that is worth something.
async function make(
  { commonName, validDays, extensions, authority }: Wanted,
  { certFile, keyFile }: Pick<CertificateFiles, 'certFile' | 'keyFile'>,
): Promise<CertificateFiles> {
  const { cert, private: key } = await generate([{ name: 'commonName', value: commonName }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions,
    notBeforeDate: new Date(Date.now() - dayMs),
    notAfterDate: new Date(Date.now() + validDays * dayMs),
    ...(authority === null ? {} : { ca: authority }),
  })
  await writeFile(keyFile, key, { mode: 0o600, flag: 'wx' })
  await writeFile(certFile, cert, { flag: 'wx' })
  return { certFile, keyFile, cert, key }
}
