import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chown, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { type Installation, spawnOptions } from './postgres-binaries.ts'
import { type Account, folderOutside, isReachable } from './postgres-places.ts'

const run = promisify(execFile)
const PASSWORD_FILE = 'token-broker.password'

/** Says where the data can really be kept: PostgreSQL's account may not be able to enter the wanted folder. */
export async function reachableDataDir(wanted: string, account: Account): Promise<string> {
  await mkdir(dirname(wanted), { recursive: true })
  if (await isReachable(dirname(wanted), account)) return wanted
  return join(await folderOutside(wanted), 'data')
}

/** Makes the data folder, unless a finished one is there; rejects with what to do if it can't be used. */
export async function prepareDataDir(dataDir: string, installation: Installation): Promise<void> {
  const entries = await readdir(dataDir).catch(whereMissing<string[]>([]))
  if (entries.length === 0) await createDataDir(dataDir, installation)
  else if (!entries.includes(PASSWORD_FILE)) throw notOurs(dataDir)
  await assertMajor(dataDir, installation.major)
  await giveTo(dataDir, installation.account)
}

/** Reads the superuser's password, made with the folder. */
export async function readPassword(dataDir: string): Promise<string> {
  return (await readFile(join(dataDir, PASSWORD_FILE), 'utf8')).trim()
}

// initdb works beside the data folder, which appears complete or not at all: what an interrupted initdb
// left is never taken for data, and is cleared away by the next start.
async function createDataDir(dataDir: string, { initdb, account, major }: Installation): Promise<void> {
  const workshop = `${dataDir}.unfinished`
  const [made, password] = [join(workshop, 'data'), join(workshop, 'password')]
  await rm(workshop, { recursive: true, force: true })
  await mkdir(workshop, { recursive: true, mode: 0o700 })
  await writeFile(password, randomBytes(18).toString('base64url'), { mode: 0o600 })
  if (account) await Promise.all([workshop, password].map((path) => chown(path, account.uid, account.gid)))
  await run(initdb, initdbArguments(made, password, major), spawnOptions(account))
  await rename(password, join(made, PASSWORD_FILE))
  await rename(made, dataDir)
  await rm(workshop, { recursive: true })
}

const FIRST_BUILTIN_MAJOR = 17

// The built-in locale sorts the same on every machine, whatever locales are installed; so does C, by the same order.
function initdbArguments(dataDir: string, passwordFile: string, major: string): string[] {
  const builtin = ['--locale-provider=builtin', '--builtin-locale=C.UTF-8']
  const locale = ['--encoding=UTF8', '--locale=C', ...(Number(major) >= FIRST_BUILTIN_MAJOR ? builtin : [])]
  const access = ['--username=postgres', '--auth=scram-sha-256', `--pwfile=${passwordFile}`]
  // Nothing is worth a sync yet: the server syncs all of it at its first checkpoint.
  return [`--pgdata=${dataDir}`, '--no-sync', ...locale, ...access]
}

async function assertMajor(dataDir: string, major: string): Promise<void> {
  const found = (await readFile(join(dataDir, 'PG_VERSION'), 'utf8')).trim()
  if (found === major) return
  throw new Error(
    `The data folder ${dataDir} was made by PostgreSQL ${found}, but PostgreSQL ${major} is installed. ` +
      'Delete the folder to begin anew (the practice consents in it are lost), then start again.',
  )
}

// The demo may have run as another user before, and PostgreSQL accepts only its own folder.
async function giveTo(dataDir: string, account: Account): Promise<void> {
  const owner = (await stat(dataDir)).uid
  if (account && owner !== account.uid) await run('chown', ['-R', `${account.uid}:${account.gid}`, dataDir])
}

function notOurs(dataDir: string): Error {
  return new Error(
    `The folder ${dataDir} holds files, but not the demo's PostgreSQL data. ` +
      'Move them elsewhere or delete the folder, then start again.',
  )
}

function whereMissing<T>(fallback: T): (error: NodeJS.ErrnoException) => T {
  return (error) => {
    if (error.code === 'ENOENT') return fallback
    throw error
  }
}
