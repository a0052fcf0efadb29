import { generate } from 'selfsigned'

export interface Pem {
  readonly cert: string
  readonly key: string
}

type Extensions = NonNullable<NonNullable<Parameters<typeof generate>[1]>['extensions']>

const algorithm = { keyType: 'ec', algorithm: 'sha256' } as const
const DAY_MS = 86_400_000

/** Makes a certificate authority of its own. */
export async function makeAuthority(name: string): Promise<Pem> {
  const extensions: Extensions = [
    { name: 'basicConstraints', cA: true, critical: true },
    { name: 'keyUsage', keyCertSign: true, digitalSignature: true, critical: true },
  ]
  const made = await generate([{ name: 'commonName', value: name }], { ...algorithm, extensions })
  return { cert: made.cert, key: made.private }
}

/** Makes a certificate for localhost, good for a server and a client, signed by `ca`. */
export async function makeCertificate(ca: Pem, { expired = false } = {}): Promise<Pem> {
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
  const from = new Date(Date.now() - 3 * DAY_MS)
  const until = new Date(Date.now() + (expired ? -DAY_MS : DAY_MS))
  const made = await generate([{ name: 'commonName', value: 'localhost' }], {
    ...algorithm,
    extensions,
    ca,
    notBeforeDate: from,
    notAfterDate: until,
  })
  return { cert: made.cert, key: made.private }
}
