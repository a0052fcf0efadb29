import { mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TlsIdentity } from '../../../src/bank/index.ts'

const NAMES = { cert: 'cert.pem', key: 'key.pem', passphrase: 'passphrase', ca: 'ca.pem' } as const

/** The files of an identity, swapped all at once by a link, as Kubernetes does with a secret. */
export function createIdentityFiles(folder: string, identity: TlsIdentity) {
  let generation = 0

  /** Swaps all files in one step. */
  function swap(next: TlsIdentity): void {
    generation += 1
    const data = join(folder, `..generation-${generation}`)
    mkdirSync(data, { recursive: true })
    for (const [name, file] of Object.entries(NAMES))
      writeFileSync(join(data, file), next[name as keyof typeof NAMES] ?? '')
    symlinkSync(data, join(folder, '..next'))
    renameSync(join(folder, '..next'), join(folder, '..data'))
  }

  swap(identity)
  const path = (name: keyof typeof NAMES) => join(folder, '..data', NAMES[name])
  return {
    swap,
    /** Writes one file in its place. */
    write: (name: keyof typeof NAMES, text: string) => writeFileSync(path(name), text),
    path,
    env: {
      BANK_TLS_CERT_FILE: path('cert'),
      BANK_TLS_KEY_FILE: path('key'),
      BANK_TLS_KEY_PASSPHRASE_FILE: path('passphrase'),
      BANK_TLS_CA_FILE: path('ca'),
    },
  }
}
