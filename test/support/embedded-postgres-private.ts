import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { findInstallation, type Installation, installationAt } from '../../src/demo/postgres-binaries.ts'
import { prepareDataDir, readPassword } from '../../src/demo/postgres-data.ts'
import { launch, type ServerOptions, type ServerProcess } from '../../src/demo/postgres-process.ts'
import { claimFolder, serverFolder } from './embedded-postgres-folder.ts'
import { freePort } from './ports.ts'

const START_ATTEMPTS = 40

// Tests need speed and no durability; synchronous_commit stays on because the broker refuses `off`.
const SETTINGS = {
  fsync: 'off',
  full_page_writes: 'off',
  synchronous_commit: 'on',
  shared_buffers: '32MB',
  max_connections: '1000',
  // The data may lie in memory.
  max_wal_size: '256MB',
  // A worker in the template would hold up its cloning.
  autovacuum: 'off',
}

/** A server of one's own, to be ended and started again in a test of faults. */
export interface PrivateServer {
  url: string
  port: number
  pid(): number
  /** Starts it again on the same port and data. */
  start(): Promise<void>
  /** `fast` closes connections in order; `immediate` leaves recovery to the next start. */
  stop(mode?: 'fast' | 'immediate'): Promise<void>
  /** Ends it as `kill -9` does. */
  kill(): Promise<void>
  /** Ends it and deletes its data. */
  destroy(): Promise<void>
}

/** Where and how a private server is to run. */
export interface PrivateServerOptions {
  folder?: string
  settings?: Record<string, string>
}

/** Starts a server of one's own; call `destroy` at the end. */
export async function createPrivateServer(options: PrivateServerOptions = {}): Promise<PrivateServer> {
  const folder = options.folder ?? serverFolder(process.pid)
  await claimFolder(folder)
  const installation = await testedInstallation()
  const server = {
    dataDir: join(folder, 'data'),
    port: await freePort(),
    settings: { ...SETTINGS, ...options.settings },
  }
  await prepareDataDir(server.dataDir, installation)
  const password = await readPassword(server.dataDir)
  const start = () => launchAgain(installation, server)
  let running = await start()
  return {
    url: `postgres://postgres:${password}@127.0.0.1:${server.port}/postgres`,
    port: server.port,
    pid: () => running.pid,
    start: async () => {
      running = await start()
    },
    stop: (mode = 'fast') => running.stop(mode === 'fast' ? 'SIGINT' : 'SIGQUIT'),
    kill: () => running.stop('SIGKILL'),
    destroy: async () => {
      await running.stop('SIGQUIT')
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Npm's PostgreSQL, or another by the folder of its programs (`npm run test:postgres`). */
function testedInstallation(): Promise<Installation> {
  const { TEST_POSTGRES_BIN: bin = '' } = process.env
  return bin === '' ? findInstallation() : installationAt(bin)
}

// After a kill the orphaned backends take a moment to notice, and no new server starts before they are gone.
async function launchAgain(installation: Installation, server: ServerOptions): Promise<ServerProcess> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await launch(installation, server)
    } catch (error) {
      if (attempt === START_ATTEMPTS || !String(error).includes('shared memory block')) throw error
      await sleep(100)
    }
  }
}
