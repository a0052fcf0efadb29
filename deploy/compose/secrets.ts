import { hash, randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { addCallerKey, newCallerKey } from '../../src/callers/new-caller.ts'
import { parseCallers } from '../../src/callers/static-callers.ts'
import { editFile } from '../../src/edit-file.ts'
import { changeRing } from '../../src/keys/change-ring.ts'
import { provideCertificates } from '../../src/practice-bank/command/certificates.ts'
import { USUAL } from '../../src/practice-bank/command/options.ts'

/**
 * `make`: makes a developer's secrets in the folders of SECRETS, each once; what is there stays. `show NAME`: prints
 * the key of a caller. For development: in production no caller's key is kept in the clear on this side.
 */
const ROOT = process.env.SECRETS ?? '/secrets'
/** What the practice bank is called inside of the network of containers. */
const BANK_HOST = 'practice-bank'
const CALLERS: Readonly<Record<string, readonly string[]>> = {
  ledger: ['tokens', 'consents:write', 'consents:read'],
  operations: ['ops', 'consents:write'],
}

const at = (...names: string[]) => join(ROOT, ...names)
const say = (text: string) => void process.stdout.write(`${text}\n`)

const [task, name = ''] = process.argv.slice(2)
if (task === 'make') await make()
else if (task === 'show' && name in CALLERS) say(readFileSync(keyFile(name), 'utf8'))
else {
  process.stderr.write(`Usage: secrets.ts make | show ${Object.keys(CALLERS).join('|')}\n`)
  process.exitCode = 1
}

async function make(): Promise<void> {
  await makeKeyRing()
  for (const id of Object.keys(CALLERS)) await makeCaller(id)
  await makeBankCertificates()
  await makeEnvironment()
  say(`The development secrets are there. Keys of the API:
  docker compose run --rm -T secrets show ledger       starts consents and gets tokens
  docker compose run --rm -T secrets show operations   sees everything, and gets no token`)
}

/** Whole or not at all, its owner's alone, and never over what is there; resolves what then is. */
async function once(file: string, create: () => string): Promise<string> {
  await editFile(file, async (text) => (text === null ? create() : null))
  return readFileSync(file, 'utf8')
}

/** By the project's own command, which would append to a ring that is there: that is left alone. */
async function makeKeyRing(): Promise<void> {
  let ring = ''
  await changeRing([], { env: {}, say: (text) => (ring = text), warn: say })
  await once(at('broker', 'keys.json'), () => ring)
}

/** Key and digest are in two volumes: where one of them is gone the caller gets a new key. */
async function makeCaller(id: string): Promise<void> {
  const key = await once(keyFile(id), () => newCallerKey().key)
  await editFile(at('broker', 'callers.json'), async (text) => {
    if (text !== null && parseCallers(text)(key) !== null) return null
    const isThere = text !== null && JSON.parse(text).some((entry: { id: string }) => entry.id === id)
    const permissions = isThere ? null : (CALLERS[id] ?? [])
    return addCallerKey(text ?? '[]', { id, digest: hash('sha256', key, 'hex'), permissions })
  })
}

function keyFile(id: string): string {
  return at('developer', `${id}.key`)
}

/** The practice bank's, and of those what a broker needs. */
async function makeBankCertificates(): Promise<void> {
  const { authority, client } = await provideCertificates(at('bank'), BANK_HOST)
  const files = { 'bank-ca': authority.cert, 'bank-client': client.cert, 'bank-client-key': client.key }
  for (const [file, pem] of Object.entries(files)) await once(at('broker', `${file}.pem`), () => pem)
}

/** Hexadecimal: nothing of it needs an escape in a URL, in quotes or in SQL. */
async function makeEnvironment(): Promise<void> {
  const password = await once(at('database', 'password'), () => randomBytes(24).toString('hex'))
  const url = `postgresql://broker:${password}@postgres:5432/broker`
  await once(at('broker', 'broker.env'), () => `DATABASE_URL='${url}'\nBANK_API_KEY='${USUAL['api-key']}'\n`)
}
