import { Kysely, PostgresDialect, type PostgresPool } from 'kysely'
import type { Bank } from '../../src/core/bank.ts'
import { type Broker, createBroker } from '../../src/core/broker.ts'
import type { CoreSettings, Log } from '../../src/core/ports.ts'
import type { Spool } from '../../src/core/spool.ts'
import { NO_TRACING } from '../../src/core/tracing.ts'
import type { Vault } from '../../src/core/vault.ts'
import { createStore, NO_CHANGE_FEED } from '../../src/store/index.ts'
import type { Process } from './process.ts'
import { SETTINGS } from './settings.ts'
import type { Turns } from './turns.ts'
import type { VirtualTime } from './virtual-time.ts'

export interface Replica {
  readonly process: Process
  readonly broker: Broker
}

export interface ReplicaParts {
  readonly process: Process
  readonly time: VirtualTime
  readonly turns: Turns
  readonly vault: Vault
  readonly bank: Bank
  readonly spool: Spool | null
  readonly refreshReplay: CoreSettings['refreshReplay']
  readonly onDefect: (text: string) => void
}

/** One broker process: the product's core on the product's store, over the model's database, bank and time. */
export function startReplica(parts: ReplicaParts): Replica {
  const { process, time, turns, vault, bank, spool, refreshReplay, onDefect } = parts
  const pool = { connect: () => turns.connect(process), end: async () => {} }
  const db = new Kysely<never>({ dialect: new PostgresDialect({ pool: pool as unknown as PostgresPool }) })
  const clock = time.clockOf(process)
  const { stop: _, ...store } = createStore(db as unknown as Parameters<typeof createStore>[0], clock)
  const ports = {
    ...store,
    bank,
    vault,
    clock,
    spool,
    receivers: { current: () => [], send: async () => ({ kind: 'given_up' as const }) },
    changes: NO_CHANGE_FEED,
    log: createLog(process, onDefect),
    meter: METER,
    tracer: NO_TRACING,
  }
  return { process, broker: createBroker(ports, { ...SETTINGS, refreshReplay }) }
}

const DEFECT = /unexpectedly|cannot be opened|set aside/
const METER = {
  cacheAsked: () => {},
  rotation: () => {},
  rotatedLate: () => {},
  housekept: () => {},
  canary: () => {},
  gate: () => {},
  answers: () => {},
  answerSetAside: () => {},
  webhook: () => {},
  webhooks: () => {},
}

function createLog({ name }: Process, onDefect: (text: string) => void): Log {
  const error: Log['error'] = (fields, text) => {
    if (DEFECT.test(text)) onDefect(`${name} logs "${text}": ${String((fields as { err?: unknown }).err)}`)
  }
  return { info: () => {}, warn: () => {}, error }
}
