import { createPrivateKey, X509Certificate } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { isIP } from 'node:net'
import { join } from 'node:path'
import { generate } from 'selfsigned'
import { UsageError } from './arguments.ts'

/** A certificate and its key, and where they are. */
export interface CertificateFiles {
  readonly certFile: string
  readonly keyFile: string
  readonly cert: string
  readonly key: string
}

/** What mutual TLS needs on both sides. */
export interface Certificates {
  readonly authority: CertificateFiles
  readonly server: CertificateFiles
  readonly client: CertificateFiles
}

type Options = NonNullable<Parameters<typeof generate>[1]>
type Extensions = NonNullable<Options['extensions']>
type AltNames = Extract<Extensions[number], { name: 'subjectAltName' }>['altNames']

interface Wanted {
  readonly folder: string
  readonly name: 'ca' | 'server' | 'client'
  readonly commonName: string
  readonly validDays: number
  readonly extensions: Extensions
  readonly authority: CertificateFiles | null
}

const dayMs = 86_400_000

/** Finds the authority, the server's and a client's certificate in a folder, and makes those that are missing. */
export async function provideCertificates(folder: string, host: string): Promise<Certificates> {
  await mkdir(folder, { recursive: true })
  const authority = await provide({
    folder,
    name: 'ca',
    commonName: 'practice bank authority',
    validDays: 3650,
    authority: null,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, critical: true },
    ],
  })
  const leaf = { folder, validDays: 397, authority }
  const server = await provide({
    ...leaf,
    name: 'server',
    commonName: 'practice bank',
    extensions: [
      ...leafExtensions,
      { name: 'extKeyUsage', serverAuth: true },
      { name: 'subjectAltName', altNames: altNamesFor(host) },
    ],
  })
  assertForHost(server, host)
  const client = await provide({
    ...leaf,
    name: 'client',
    commonName: 'practice TPP',
    extensions: [...leafExtensions, { name: 'extKeyUsage', clientAuth: true }],
  })
  return { authority, server, client }
}

const leafExtensions: Extensions = [
  { name: 'basicConstraints', cA: false, critical: true },
  { name: 'keyUsage', digitalSignature: true, critical: true },
]

function altNamesFor(host: string): AltNames {
  const usual: AltNames = [
    { type: 2, value: 'localhost' },
    { type: 7, ip: '127.0.0.1' },
    { type: 7, ip: '::1' },
  ]
  if (isIP(host) === 0) return host === 'localhost' ? usual : [...usual, { type: 2, value: host }]
  return usual.some(({ ip }) => ip === host) ? usual : [...usual, { type: 7, ip: host }]
}

async function provide(wanted: Wanted): Promise<CertificateFiles> {
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

function assertGood({ certFile, cert, key }: CertificateFiles, authority: CertificateFiles): void {
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

function assertForHost({ certFile, cert }: CertificateFiles, host: string): void {
  const certificate = new X509Certificate(cert)
  // Whoever listens on every interface is called by one of the usual names.
  const isAny = host === '0.0.0.0' || host === '::'
  const found = isIP(host) === 0 ? certificate.checkHost(host) : certificate.checkIP(host)
  if (isAny || found !== undefined) return
  throw new UsageError(`--tls: ${certFile} is not for ${host}; without it and its key, new ones are made.`)
}
