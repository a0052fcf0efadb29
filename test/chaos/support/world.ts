import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  createPracticeBank,
  type PracticeBank,
  type PracticeBankOptions,
} from '../../../src/practice-bank/index.ts'
import type { Scope } from '../../bench/scope.ts'
import { createBrokerHost } from '../../support/broker.ts'
import { freePort } from '../../support/ports.ts'
import { connectSql, type Sql } from '../../support/sql.ts'
import { type Consent, importConsents } from './consents.ts'
import { type ChaosDatabase, startDatabase } from './database.ts'
import { type DatabaseProxy, startDatabaseProxy } from './database-proxy.ts'
import { createReplica, type Replica } from './replica.ts'
import { TIMES, timeSettings } from './times.ts'
import { createWindows, type Windows } from './windows.ts'

export interface WorldOptions {
  readonly consents: number
  readonly ttlSeconds: number
  readonly keep: boolean
  readonly bank?: PracticeBankOptions
  readonly env?: Record<string, string>
}

/** Three brokers, a database behind a proxy each, a strict bank, and consents that are all active. */
export interface World {
  readonly folder: string
  readonly bank: PracticeBank
  readonly database: ChaosDatabase
  readonly replicas: readonly Replica[]
  readonly proxies: readonly DatabaseProxy[]
  readonly consents: readonly Consent[]
  readonly ttlMs: number
  readonly keysFile: string
  /** Trouble on the way to the database, by the harness's hand. */
  readonly disturbances: Windows
  /** The harness's own way to the database. */
  readonly sql: Sql
  /** Has everybody's new connections lead to the server at this port. */
  leadToDatabase(port: number): void
}

const REPLICAS = ['replica-1', 'replica-2', 'replica-3']

export async function createWorld(scope: Scope, options: WorldOptions): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), 'token-broker-chaos-'))
  if (!options.keep) scope.teardown(() => rm(folder, { recursive: true, force: true }))
  const database = await startDatabase(scope)
  const bank = createPracticeBank({ accessTokenTtlSeconds: options.ttlSeconds, ...options.bank })
  const bankUrl = await bank.listen({ port: await freePort() })
  scope.teardown(() => bank.close())
  const proxies = await Promise.all(REPLICAS.map(() => startDatabaseProxy(scope, database.port)))
  const env = await hostEnv(scope, { databaseUrl: database.url, bankUrl, env: options.env ?? {} })
  const replicas = await Promise.all(
    REPLICAS.map(async (name, index) => {
      const url = `http://127.0.0.1:${await freePort()}`
      const own = await ownEnv({ name, folder, url, bankUrl }, proxyUrl(database.url, proxies[index]))
      return createReplica(scope, { name, url, folder, env: { ...env, ...own } })
    }),
  )
  for (const replica of replicas) {
    replica.start()
    await replica.untilReady()
  }
  const own = await startDatabaseProxy(scope, database.port)
  const sql = connectSql(scope, proxyUrl(database.url, own))
  const consents = await importConsents({ replicas, bank, sql }, options.consents)
  const keysFile = env.ENCRYPTION_KEYS_FILE ?? ''
  const disturbances = createWindows()
  const { ttlSeconds } = options
  return {
    ...{ folder, bank, database, replicas, proxies, consents, keysFile, disturbances, sql },
    ttlMs: ttlSeconds * 1_000,
    leadToDatabase: (port: number) => {
      for (const proxy of [own, ...proxies]) proxy.leadTo(port)
    },
  }
}

interface HostPlaces {
  readonly databaseUrl: string
  readonly bankUrl: string
  readonly env: Record<string, string>
}

async function hostEnv(scope: Scope, { databaseUrl, bankUrl, env }: HostPlaces) {
  const bankEndpoints = {
    authorization: `${bankUrl}/as/authorization.oauth2`,
    token: `${bankUrl}/as/token.oauth2`,
    api: `${bankUrl}/v1`,
  }
  const publicUrl = `http://127.0.0.1:${await freePort()}`
  const all = { ...timeSettings(TIMES), ...env }
  return (await createBrokerHost(scope, { publicUrl, bankEndpoints, databaseUrl, env: all })).env
}

interface Place {
  readonly name: string
  readonly folder: string
  readonly url: string
  readonly bankUrl: string
}

/** The bank tells replicas apart by the query of the URL they call it by. */
async function ownEnv({ name, folder, url, bankUrl }: Place, databaseUrl: string) {
  const spool = join(folder, `${name}.spool`)
  await mkdir(spool)
  return {
    DATABASE_URL: databaseUrl,
    BANK_TOKEN_ENDPOINT: `${bankUrl}/as/token.oauth2?from=${name}`,
    INTERNAL_PORT: new URL(url).port,
    PUBLIC_PORT: String(await freePort()),
    SPOOL_DIR: spool,
    // They start again and again: what they load is compiled once.
    NODE_COMPILE_CACHE: 'node_modules/.cache/node-compile',
  }
}

function proxyUrl(databaseUrl: string, proxy: DatabaseProxy | undefined): string {
  const url = new URL(databaseUrl)
  url.port = String(proxy?.port)
  return url.href
}
