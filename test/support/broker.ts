import { createHash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type t from 'tap'
import { systemClock } from '../../src/clock.ts'
import { type Service, startService } from '../../src/compose.ts'
import { readSettings } from '../../src/config.ts'
import type { Clock } from '../../src/core/clock.ts'
import { createLogger } from '../../src/logger.ts'
import {
  createPracticeBank,
  type PracticeBank,
  type PracticeBankOptions,
} from '../../src/practice-bank/index.ts'
import { newKeyRing } from '../../src/vault/index.ts'
import { freePort } from './ports.ts'
import { asServicesReach, createTestDatabase } from './postgres.ts'

type Test = Pick<typeof t, 'teardown'>

/** The keys of the callers a test may act as. */
export const KEYS = {
  ledger: 'ledger-key-3f9d2b',
  other: 'other-key-77aa01',
  granted: 'granted-key-5512ee',
  reader: 'reader-key-90cd12',
  ops: 'ops-key-c0ffee',
} as const

export type CallerName = keyof typeof KEYS

const CALLERS = [
  { id: 'ledger', key: KEYS.ledger, permissions: ['tokens', 'consents:write', 'consents:read'] },
  { id: 'other', key: KEYS.other, permissions: ['tokens', 'consents:write', 'consents:read'] },
  { id: 'granted', key: KEYS.granted, permissions: ['tokens'] },
  { id: 'reader', key: KEYS.reader, permissions: ['consents:read'] },
  { id: 'ops', key: KEYS.ops, permissions: ['ops'] },
]

export interface TestBroker extends Service {
  readonly env: Record<string, string>
  /** Everything logged, as lines. */
  readonly logged: string[]
}

/** The settings of brokers on one database and one bank. */
export interface BrokerHost {
  readonly databaseUrl: string
  readonly env: Record<string, string>
  /** Starts one more broker on the same database and bank. */
  startBroker(overrides?: Record<string, string>, clock?: Clock): Promise<TestBroker>
}

export interface World extends BrokerHost {
  readonly bank: PracticeBank
  readonly bankUrl: string
}

export interface WorldOptions {
  readonly bank?: PracticeBankOptions
  readonly env?: Record<string, string>
  readonly databaseUrl?: string
}

/** A practice bank, a database and the settings of a broker between them; all of it ends with `t`. */
export async function createWorld(t: Test, options: WorldOptions = {}): Promise<World> {
  const publicUrl = await freeAddress()
  const bank = createPracticeBank({ redirectUris: [`${publicUrl}/callback`], ...options.bank })
  const bankUrl = await bank.listen({ port: await freePort() })
  t.teardown(() => bank.close())
  const bankEndpoints = {
    authorization: `${bankUrl}/as/authorization.oauth2`,
    token: `${bankUrl}/as/token.oauth2`,
    api: `${bankUrl}/v1`,
  }
  return { bank, bankUrl, ...(await createBrokerHost(t, { ...options, publicUrl, bankEndpoints })) }
}

export interface BankEndpoints {
  readonly authorization: string
  readonly token: string
  /** With its `/v1`. */
  readonly api: string
}

export interface BrokerHostOptions {
  /** Where the first broker serves customers; the bank sends them back to its `/callback`. */
  readonly publicUrl: string
  readonly bankEndpoints: BankEndpoints
  readonly env?: Record<string, string>
  readonly databaseUrl?: string
}

/** A database and the settings of brokers between it and any bank. */
export async function createBrokerHost(t: Test, options: BrokerHostOptions): Promise<BrokerHost> {
  const databaseUrl = options.databaseUrl ?? (await createTestDatabase(t)).url
  const folder = await mkdtemp(join(tmpdir(), 'token-broker-settings-'))
  t.teardown(() => rm(folder, { recursive: true, force: true }))
  const reached = await reachedBy(databaseUrl)
  const env = { ...(await writeSettings(folder, options)), ...reached, ...options.env }
  const startBroker: BrokerHost['startBroker'] = async (overrides = {}, clock = systemClock) => {
    const logged: string[] = []
    const log = createLogger({ level: 'debug', destination: { write: (line) => void logged.push(line) } })
    const all = { ...env, ...overrides }
    const service = await startService(readSettings(all), { clock, log })
    t.teardown(() => service.stop())
    return { ...service, env: all, logged }
  }
  return { databaseUrl, env, startBroker }
}

/** An address on loopback that nothing listens on. */
export async function freeAddress(): Promise<string> {
  return `http://127.0.0.1:${await freePort()}`
}

async function reachedBy(databaseUrl: string): Promise<Record<string, string>> {
  const url = await asServicesReach(databaseUrl)
  return url === databaseUrl ? { DATABASE_URL: url } : { DATABASE_URL: url, DATABASE_LISTEN_URL: databaseUrl }
}

interface Places {
  readonly bankEndpoints: BankEndpoints
  readonly publicUrl: string
}

async function writeSettings(folder: string, places: Places): Promise<Record<string, string>> {
  const { bankEndpoints, publicUrl } = places
  const keysFile = join(folder, 'keys.json')
  const callersFile = join(folder, 'callers.json')
  await writeFile(keysFile, newKeyRing('2026-11'))
  await writeFile(callersFile, JSON.stringify(CALLERS.map(toEntry)))
  return {
    BANK_AUTHORIZATION_ENDPOINT: bankEndpoints.authorization,
    BANK_TOKEN_ENDPOINT: bankEndpoints.token,
    BANK_API_BASE_URL: bankEndpoints.api,
    BANK_CLIENT_ID: 'TPP_test',
    BANK_API_KEY: 'practice-api-key',
    BANK_REDIRECT_URI: `${publicUrl}/callback`,
    PUBLIC_URL: publicUrl,
    PUBLIC_PORT: new URL(publicUrl).port,
    INTERNAL_PORT: '0',
    RETURN_URL_ORIGINS: 'http://127.0.0.1:9',
    ENCRYPTION_KEYS_FILE: keysFile,
    CALLERS_FILE: callersFile,
  }
}

function toEntry({ id, key, permissions }: (typeof CALLERS)[number]) {
  return { id, key_sha256: createHash('sha256').update(key).digest('hex'), permissions }
}
