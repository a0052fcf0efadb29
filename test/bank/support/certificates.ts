import { generate } from 'selfsigned'

export interface Pem {
  readonly cert: string
  readonly key: string
}

type Extensions = NonNullable<NonNullable<Parameters<typeof generate>[1]>['extensions']>

const algorithm = { keyType: 'ec', algorithm: 'sha256' } as const
const DAY_MS = 86_400_000

export interface AuthorityOptions {
  /** Makes it an intermediate. */
  readonly ca?: Pem
  readonly untilDays?: number
}

/** Makes a certificate authority of its own. */
export async function makeAuthority(name: string, options: AuthorityOptions = {}): Promise<Pem> {
  const { ca, untilDays = 365 } = options
  const extensions: Extensions = [
    { name: 'basicConstraints', cA: true, critical: true },
    { name: 'keyUsage', keyCertSign: true, digitalSignature: true, critical: true },
  ]
  const made = await generate([{ name: 'commonName', value: name }], {
    ...algorithm,
    extensions,
    ...(ca === undefined ? {} : { ca }),
    notAfterDate: new Date(Date.now() + untilDays * DAY_MS),
  })
  return { cert: made.cert, key: made.private }
}

export interface CertificateOptions {
  readonly expired?: boolean
  readonly name?: string
  /** From now, in days. */
  readonly fromDays?: number
  readonly untilDays?: number
}

/** Makes a certificate for localhost, good for a server and a client, signed by `ca`. */
export async function makeCertificate(ca: Pem, options: CertificateOptions = {}): Promise<Pem> {
  const { expired = false, name = 'localhost' } = options
  const extensions: Extensions = [
    { name: 'basicConstraints', cA: false, critical: true },
    { name: 'keyUsage', digitalSignature: true, critical: true },
    {
      name: 'subjectAltName',
      altNames: [
        { type: 2, value: 'localhost' },
        { type: 7, ip: '127.0.0.1' },
      ],
    },
  ]
  const { fromDays = -3, untilDays = expired ? -1 : 1 } = options
  const from = new Date(Date.now() + fromDays * DAY_MS)
  const until = new Date(Date.now() + untilDays * DAY_MS)
  const made = await generate([{ name: 'commonName', value: name }], {
    ...algorithm,
    extensions,
    ca,
    notBeforeDate: from,
    notAfterDate: until,
  })
  return { cert: made.cert, key: made.private }
}
