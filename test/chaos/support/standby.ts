import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { chown, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { findInstallation, spawnOptions } from '../../../src/demo/postgres-binaries.ts'
import type { Scope } from '../../bench/scope.ts'
import { freePort } from '../../support/ports.ts'
import { queryOnce } from '../../support/sql.ts'
import { waitFor } from '../../support/wait-for.ts'
import { type ChaosDatabase, copyFolder } from './database.ts'

/** A second server that follows the first, and may take its place. */
export interface Standby {
  readonly port: number
  readonly url: string
  /** Makes it the primary, on a new timeline. */
  promote(): Promise<void>
  timeline(): Promise<number>
}

const READY_WITHIN_MS = 30_000

/** Copies a running primary, starts the copy as its standby, and has the primary wait for it at every commit. */
export async function startStandby(scope: Scope, primary: ChaosDatabase): Promise<Standby> {
  const dataDir = `${primary.dataDir}.standby`
  await backUp(primary, dataDir)
  const port = await freePort()
  const child = await launchStandby(dataDir, port, primary.url)
  scope.teardown(() => end(child))
  const address = new URL(primary.url)
  address.port = String(port)
  const url = address.href
  await waitFor('the standby to take connections', () => isUp(url), READY_WITHIN_MS)
  await queryOnce(primary.url, "alter system set synchronous_standby_names = '*'")
  await queryOnce(primary.url, 'select pg_reload_conf()')
  await waitFor('the standby to be synchronous', () => isSynchronous(primary.url), READY_WITHIN_MS)
  return {
    port,
    url,
    promote: async () => {
      await queryOnce(url, "alter system set synchronous_standby_names = ''")
      await queryOnce(url, 'select pg_promote(true)')
    },
    timeline: async () => {
      const [row] = await queryOnce(url, 'select timeline_id from pg_control_checkpoint()')
      return Number(row.timeline_id)
    },
  }
}

/** PostgreSQL's own way to copy a server that works on: between the two calls it keeps what the copy needs. */
async function backUp({ url, dataDir }: ChaosDatabase, to: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query("select pg_backup_start('standby', true)")
  await copyFolder(dataDir, to)
  const { rows } = await client.query('select labelfile from pg_backup_stop(false)')
  await client.end()
  await writeAsOwner(to, 'backup_label', rows[0].labelfile)
  await writeAsOwner(to, 'standby.signal', '')
  await rm(join(to, 'postmaster.pid'), { force: true })
}

async function writeAsOwner(folder: string, name: string, text: string): Promise<void> {
  const path = join(folder, name)
  await writeFile(path, text)
  const { uid, gid } = await stat(folder)
  await chown(path, uid, gid)
}

async function launchStandby(dataDir: string, port: number, primaryUrl: string): Promise<ChildProcess> {
  const { postgres, account } = await findInstallation()
  const { hostname, port: primaryPort, username, password } = new URL(primaryUrl)
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: '1000',
    shared_buffers: '32MB',
    fsync: 'off',
    primary_conninfo: `host=${hostname} port=${primaryPort} user=${username} password=${password}`,
  }
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const log = openSync(`${dataDir}.log`, 'w')
  const args = ['-D', dataDir, '-p', String(port), ...flags]
  const child = spawn(postgres, args, { ...spawnOptions(account), stdio: ['ignore', log, log] })
  closeSync(log)
  return child
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGQUIT')
  await once(child, 'exit')
}

function isUp(url: string): Promise<boolean> {
  return queryOnce(url, 'select 1').then(
    () => true,
    () => false,
  )
}

async function isSynchronous(url: string): Promise<boolean> {
  const rows = await queryOnce(url, "select 1 from pg_stat_replication where sync_state = 'sync'")
  return rows.length > 0
}
