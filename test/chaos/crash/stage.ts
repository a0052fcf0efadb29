import type { Test } from 'tap'
import type { PracticeBank } from '../../../src/practice-bank/index.ts'
import { createWorld } from '../../support/broker.ts'
import { type ImportedConsent, importActives } from '../../support/consents.ts'
import { type MainProcess, startMain } from '../../support/main-process.ts'
import { createTestDatabase } from '../../support/postgres.ts'
import { connectSql, type Sql } from '../../support/sql.ts'
import { type HoldingProxy, startHoldingProxy } from './holding-proxy.ts'

/** Who goes on after the kill: another replica, or the same process started again. */
export type Variant = 'replica' | 'restart'

export interface Reached {
  readonly internalUrl: string
}

/** A process that may be killed, listening. */
export interface Doomed extends Reached {
  readonly main: MainProcess
}

/** One bank, one database, and the processes of one step's rounds. */
export interface Stage {
  readonly bank: PracticeBank
  readonly sql: Sql
  readonly proxy: HoldingProxy
  readonly spoolDir: string
  /** Lives through all rounds; null where the killed process is only started again. */
  readonly survivor: Reached | null
  startDoomed(): Promise<Doomed>
  consent(broker: Reached): Promise<ImportedConsent>
}

/** Long enough for a slow machine, short enough for many rounds. */
export const TIMES = {
  BANK_TIMEOUT: '500ms',
  BANK_ABANDON_AFTER: '2s',
  LEASE_MARGIN: '1s',
}

export interface StageOptions {
  readonly variant: Variant
  readonly gracePeriodMs: number
  readonly salvageWaitMs: number
  readonly rounds: number
  readonly spools: boolean
}

export async function createStage(t: Test, options: StageOptions): Promise<Stage> {
  const { url: databaseUrl } = await createTestDatabase(t)
  const proxy = await startHoldingProxy(t, databaseUrl)
  const spoolDir = t.testdir({})
  const world = await createWorld(t, {
    databaseUrl,
    bank: { gracePeriodMs: options.gracePeriodMs },
    env: { ...TIMES, SALVAGE_WAIT: `${options.salvageWaitMs}ms`, PUBLIC_PORT: '0', TOKEN_CACHE: 'off' },
  })
  const spool = options.spools ? { SPOOL_DIR: spoolDir } : {}
  const doomedEnv = { DATABASE_URL: proxy.url, ...spool }
  const stock: ImportedConsent[] = []
  return {
    bank: world.bank,
    sql: connectSql(t, databaseUrl),
    proxy,
    spoolDir,
    survivor: options.variant === 'replica' ? await world.startBroker() : null,
    startDoomed: async () => {
      const main = startMain(t, { ...world.env, ...doomedEnv })
      return { main, internalUrl: (await main.untilReady()).internalUrl }
    },
    consent: async (broker) => {
      if (stock.length === 0) stock.push(...(await importActives(broker, world.bank, options.rounds)))
      const consent = stock.pop()
      if (consent === undefined) throw new Error('no consent was imported')
      return consent
    },
  }
}
