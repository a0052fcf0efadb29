import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { chmod, chown, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import type t from 'tap'
import { serverAccount } from '../../src/demo/postgres-binaries.ts'
import { freePort } from './ports.ts'
import { waitFor } from './wait-for.ts'

type Test = Pick<typeof t, 'teardown'>

const { TEST_PGBOUNCER_BIN: BINARY = '/usr/sbin/pgbouncer' } = process.env

/** For tests that need it: null, or why they are skipped. */
export const WITHOUT_PGBOUNCER: string | null = existsSync(BINARY)
  ? null
  : `there is no PgBouncer at ${BINARY}: install Debian's package, or name one by TEST_PGBOUNCER_BIN`

/** A PgBouncer in transaction mode in front of a server. */
export interface Pooler {
  /** The same database, through the pooler. */
  through(databaseUrl: string): string
  /** Runs a command of the admin console, such as `reconnect`. */
  admin(command: string): Promise<Record<string, unknown>[]>
  /** Starts it again on the same port. */
  start(): Promise<void>
  /** Ends it at once: clients and transactions under way are cut off. */
  stop(): Promise<void>
}

/** Its settings, as in pgbouncer.ini. */
export type PoolerSettings = Readonly<Record<string, string>>

const SETTINGS: PoolerSettings = {
  pool_mode: 'transaction',
  // Few, so that each client meets the sessions of the others.
  default_pool_size: '4',
  max_client_conn: '1000',
  // So soon that a server that has ended is found again within a test.
  server_login_retry: '1',
  auth_type: 'scram-sha-256',
  listen_addr: '127.0.0.1',
  unix_socket_dir: '',
  admin_users: 'postgres',
}

/** Starts a PgBouncer for any database of the server that `serverUrl` is at; it ends with `t`. */
export async function startPgBouncer(t: Test, serverUrl: string, settings?: PoolerSettings): Promise<Pooler> {
  const pooler = await createPgBouncer(serverUrl, settings)
  t.teardown(pooler.destroy)
  return pooler
}

/** The same; `destroy` ends it and removes its files. */
export async function createPgBouncer(
  serverUrl: string,
  settings: PoolerSettings = {},
): Promise<Pooler & { destroy(): Promise<void> }> {
  const server = new URL(serverUrl)
  const folder = await mkdtemp(join(tmpdir(), 'token-broker-pgbouncer-'))
  const port = await freePort()
  const file = await writeFiles(folder, server, { ...SETTINGS, ...settings, listen_port: String(port) })
  const through = (databaseUrl: string) => Object.assign(new URL(databaseUrl), { port: String(port) }).href
  let running: ChildProcess | null = null

  const admin: Pooler['admin'] = async (command) => {
    const url = Object.assign(new URL(through(serverUrl)), { pathname: '/pgbouncer' })
    const client = new pg.Client({ connectionString: url.href })
    client.on('error', () => {})
    await client.connect()
    try {
      return (await client.query(command)).rows
    } finally {
      await client.end()
    }
  }

  const start: Pooler['start'] = async () => {
    const account = await serverAccount()
    const child = spawn(BINARY, [file], { ...account, cwd: '/', stdio: 'ignore' })
    running = child
    await waitFor('PgBouncer', () => {
      if (child.exitCode !== null) throw new Error(`PgBouncer ended with ${child.exitCode}: see ${folder}`)
      return admin('show version').then(Boolean, () => false)
    })
  }

  const stop: Pooler['stop'] = async () => {
    const child = running
    running = null
    if (child === null || child.exitCode !== null) return
    const exited = once(child, 'exit')
    child.kill('SIGKILL')
    await exited
  }

  const destroy = async () => {
    await stop()
    await rm(folder, { recursive: true, force: true })
  }

  await start()
  return { through, admin, start, stop, destroy }
}

/** PgBouncer refuses to be root: the account it runs as must be able to read its files. */
async function writeFiles(folder: string, server: URL, settings: PoolerSettings): Promise<string> {
  const users = join(folder, 'users.txt')
  const lines = Object.entries({ ...settings, auth_file: users, logfile: join(folder, 'log') })
  const ini = ['[databases]', `* = host=${server.hostname} port=${server.port}`, '[pgbouncer]']
  const file = join(folder, 'pgbouncer.ini')
  await writeFile(users, `"${server.username}" "${server.password}"\n`, { mode: 0o600 })
  await writeFile(file, [...ini, ...lines.map(([name, value]) => `${name} = ${value}`), ''].join('\n'))
  const account = await serverAccount()
  if (account !== undefined) {
    await Promise.all([folder, users].map((path) => chown(path, account.uid, account.gid)))
    await chmod(folder, 0o755)
  }
  return file
}
