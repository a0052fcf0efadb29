import { execFile } from 'node:child_process'
import { rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Scope } from '../../bench/scope.ts'
import { serverFolder } from '../../support/embedded-postgres-folder.ts'
import { createPrivateServer } from '../../support/embedded-postgres-private.ts'
import { createWindows, type Windows } from './windows.ts'

export type StopMode = 'fast' | 'immediate' | 'kill -9'

/** The brokers' Postgres, with a record of when it was down. */
export interface ChaosDatabase {
  readonly url: string
  readonly port: number
  readonly dataDir: string
  readonly outages: Windows
  stop(mode: StopMode): Promise<void>
  start(): Promise<void>
  /** Keeps the data as it is now under a name; the server must be stopped. */
  save(name: string): Promise<void>
  /** Puts saved data in the place of what is there; the server must be stopped. */
  restore(name: string): Promise<void>
}

export async function startDatabase(scope: Scope): Promise<ChaosDatabase> {
  const folder = serverFolder(process.pid)
  const server = await createPrivateServer({ folder, settings: { autovacuum: 'on' } })
  scope.teardown(() => server.destroy())
  const dataDir = join(folder, 'data')
  const outages = createWindows()
  let outage = outages.begin('start')
  outages.end(outage)
  return {
    url: server.url,
    port: server.port,
    dataDir,
    outages,
    stop: async (mode) => {
      outage = outages.begin(`postgres: ${mode}`)
      await (mode === 'kill -9' ? server.kill() : server.stop(mode))
    },
    start: async () => {
      await server.start()
      outages.end(outage)
    },
    save: (name) => copyFolder(dataDir, `${dataDir}.${name}`),
    restore: async (name) => {
      await rm(dataDir, { recursive: true })
      await rename(`${dataDir}.${name}`, dataDir)
    },
  }
}

/** With owners and rights, about which PostgreSQL is particular. */
export async function copyFolder(from: string, to: string): Promise<void> {
  await promisify(execFile)('cp', ['-a', from, to])
}
