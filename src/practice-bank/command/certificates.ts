import { mkdir } from 'node:fs/promises'
import { isIP } from 'node:net'
import { assertForHost } from './certificate-checks.ts'
import { type CertificateFiles, type Extensions, provide } from './certificate-files.ts'

/** What mutual TLS needs on both sides. */
export interface Certificates {
  readonly authority: CertificateFiles
  readonly server: CertificateFiles
  readonly client: CertificateFiles
}

type AltNames = Extract<Extensions[number], { name: 'subjectAltName' }>['altNames']

const authorityUse: Extensions = [
  { name: 'basicConstraints', cA: true, critical: true },
  { name: 'keyUsage', keyCertSign: true, critical: true },
]

const leafUse: Extensions = [
  { name: 'basicConstraints', cA: false, critical: true },
  { name: 'keyUsage', digitalSignature: true, critical: true },
]

/** Finds the authority, the server's and a client's certificate in a folder, and makes those that are missing. */
export async function provideCertificates(folder: string, host: string): Promise<Certificates> {
  await mkdir(folder, { recursive: true })
  const authority = await provide({
    folder,
    name: 'ca',
    commonName: 'practice bank authority',
    validDays: 3650,
    authority: null,
    extensions: authorityUse,
  })
  const leaf = { folder, validDays: 397, authority }
  const server = await provide({
    ...leaf,
    name: 'server',
    commonName: 'practice bank',
    extensions: serverUse(host),
  })
  assertForHost(server, host)
  const extensions: Extensions = [...leafUse, { name: 'extKeyUsage', clientAuth: true }]
  const client = await provide({ ...leaf, name: 'client', commonName: 'practice TPP', extensions })
  return { authority, server, client }
}

function serverUse(host: string): Extensions {
  return [
    ...leafUse,
    { name: 'extKeyUsage', serverAuth: true },
    { name: 'subjectAltName', altNames: altNamesFor(host) },
  ]
}

function altNamesFor(host: string): AltNames {
  const usual: AltNames = [
    { type: 2, value: 'localhost' },
    { type: 7, ip: '127.0.0.1' },
    { type: 7, ip: '::1' },
  ]
  if (isIP(host) === 0) return host === 'localhost' ? usual : [...usual, { type: 2, value: host }]
  return usual.some(({ ip }) => ip === host) ? usual : [...usual, { type: 7, ip: host }]
}
