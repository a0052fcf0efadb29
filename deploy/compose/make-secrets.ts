import { hash, randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { addCallerKey, newCallerKey } from '../../src/callers/new-caller.ts'
import { parseCallers } from '../../src/callers/static-callers.ts'
import { editFile } from '../../src/edit-file.ts'
import { changeRing } from '../../src/keys/change-ring.ts'
import { provideCertificates } from '../../src/practice-bank/command/certificates.ts'
import { USUAL } from '../../src/practice-bank/command/options.ts'

/** What the practice bank is called inside of the network of containers. */
const BANK_HOST = 'practice-bank'

/** A developer's callers, and what they may do. */
export const CALLERS: Readonly<Record<string, readonly string[]>> = {
  ledger: ['tokens', 'consents:write', 'consents:read'],
  operations: ['ops', 'consents:write'],
}

/** Makes a developer's secrets in the folders of `root`, one for each who may see them; each once: what is there stays. */
export async function makeSecrets(root: string): Promise<void> {
  await makeKeyRing(root)
  for (const id of Object.keys(CALLERS)) await makeCaller(root, id)
  await makeBankCertificates(root)
  await makeEnvironment(root)
}

/** Where a caller's key is kept, for the developer alone. */
export function keyFile(root: string, id: string): string {
  return join(root, 'developer', `${id}.key`)
}

/** Whole or not at all, its owner's alone, and never over what is there; resolves what then is. */
async function once(file: string, create: () => string): Promise<string> {
  await editFile(file, async (text) => (text === null ? create() : null))
  return readFileSync(file, 'utf8')
}

/** By the project's own command, which would append to a ring that is there: that is left alone. */
async function makeKeyRing(root: string): Promise<void> {
  let ring = ''
  await changeRing([], { env: {}, say: (text) => (ring = text), warn: () => {} })
  await once(join(root, 'broker', 'keys.json'), () => ring)
}

/** Key and digest are in two volumes: where one of them is gone the caller gets a new key. */
async function makeCaller(root: string, id: string): Promise<void> {
  const key = await once(keyFile(root, id), () => newCallerKey().key)
  await editFile(join(root, 'broker', 'callers.json'), async (text) => {
    if (text !== null && parseCallers(text)(key) !== null) return null
    const isThere = text !== null && JSON.parse(text).some((entry: { id: string }) => entry.id === id)
    const permissions = isThere ? null : (CALLERS[id] ?? [])
    return addCallerKey(text ?? '[]', { id, digest: hash('sha256', key, 'hex'), permissions })
  })
}

/** The practice bank's, and of those what a broker needs. */
async function makeBankCertificates(root: string): Promise<void> {
  const { authority, client } = await provideCertificates(join(root, 'bank'), BANK_HOST)
  const files = { 'bank-ca': authority.cert, 'bank-client': client.cert, 'bank-client-key': client.key }
  for (const [file, pem] of Object.entries(files)) await once(join(root, 'broker', `${file}.pem`), () => pem)
}

/** Hexadecimal: nothing of it needs an escape in a URL, in quotes or in SQL. */
async function makeEnvironment(root: string): Promise<void> {
  const password = await once(join(root, 'database', 'password'), () => randomBytes(24).toString('hex'))
  const url = `postgresql://broker:${password}@postgres:5432/broker`
  await once(
    join(root, 'broker', 'broker.env'),
    () => `DATABASE_URL='${url}'\nBANK_API_KEY='${USUAL['api-key']}'\n`,
  )
}
