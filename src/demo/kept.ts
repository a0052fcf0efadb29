import { createHash, randomBytes } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { newKeyRing } from '../vault/index.ts'

/** The callers of the demo, and what they may do. */
const PERMISSIONS = {
  ledger: ['tokens', 'consents:write', 'consents:read'],
  operations: ['ops', 'consents:write'],
} as const

export type DemoCaller = keyof typeof PERMISSIONS
export type CallerKeys = Record<DemoCaller, string>

const CALLERS = Object.keys(PERMISSIONS) as readonly DemoCaller[]

/** What lives from one run to the next beside PostgreSQL's data. */
export interface Kept {
  /** Nothing was there before. */
  readonly isNew: boolean
  /**
   * A name of its own for each folder: where PostgreSQL could not keep its data in the folder, data of a folder
   * since deleted are still there, sealed with keys that are gone.
   */
  readonly database: string
  readonly keys: CallerKeys
  readonly keyRingFile: string
  readonly callersFile: string
  readonly spoolDir: string
}

/** Reads what an earlier run made, or makes it; only its owner may read these files. */
export async function readKept(folder: string): Promise<Kept> {
  await mkdir(folder, { recursive: true })
  const [keyRingFile, callersFile] = [join(folder, 'encryption-keys.json'), join(folder, 'callers.json')]
  const identity = await readOrMake(join(folder, 'demo.json'), newIdentity)
  const { database, keys } = readIdentity(identity.text, folder)
  await readOrMake(keyRingFile, newKeyRing)
  await writeWhole(
    callersFile,
    `${JSON.stringify(
      CALLERS.map((id) => toEntry(id, keys[id])),
      null,
      2,
    )}\n`,
  )
  const spoolDir = join(folder, 'spool')
  return { isNew: identity.isNew, database, keys, keyRingFile, callersFile, spoolDir }
}

function newIdentity(): string {
  const keys = CALLERS.map((id) => [id, `demo-${id}-${randomBytes(12).toString('hex')}`])
  const database = `demo_${randomBytes(4).toString('hex')}`
  return `${JSON.stringify({ database, keys: Object.fromEntries(keys) }, null, 2)}\n`
}

function readIdentity(json: string, folder: string): { database: string; keys: CallerKeys } {
  try {
    const { database, keys } = JSON.parse(json)
    const whole = /^demo_[0-9a-f]{8}$/.test(database) && CALLERS.every((id) => /^[\w-]{20,}$/.test(keys[id]))
    if (whole) return { database, keys }
  } catch {}
  throw new Error(
    `${join(folder, 'demo.json')} is damaged. Delete ${folder} to begin anew, then start again.`,
  )
}

function toEntry(id: DemoCaller, key: string) {
  const key_sha256 = createHash('sha256').update(key).digest('hex')
  return { id, key_sha256, permissions: PERMISSIONS[id] }
}

async function readOrMake(path: string, make: () => string): Promise<{ text: string; isNew: boolean }> {
  try {
    return { text: await readFile(path, 'utf8'), isNew: false }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    const text = make()
    await writeWhole(path, text)
    return { text, isNew: true }
  }
}

// Written beside and renamed: a start that is interrupted leaves a whole file or none.
async function writeWhole(path: string, text: string): Promise<void> {
  await writeFile(`${path}.unfinished`, text, { mode: 0o600 })
  await rename(`${path}.unfinished`, path)
}
