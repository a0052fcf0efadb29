import { type Instruments, membersOf, NO_LABELS } from './instruments.ts'

/** The connections to the database of this process. */
export interface PoolState {
  readonly total: number
  readonly idle: number
  readonly waiting: number
  readonly max: number
}

export interface ProcessMeter {
  /** How far this process's clock is ahead of another, once it is known. */
  clockSkew(against: 'database' | 'bank', seconds: number): void
  built(version: string): void
  encryptionKeys(count: number): void
  pool(state: PoolState): void
}

export function processMetrics({ gauge }: Instruments): ProcessMeter {
  const skew = gauge({
    name: 'token_broker_clock_skew_seconds',
    help: 'How far the clock of this process is ahead; against the bank, what its grain of a second leaves.',
    labels: { against: membersOf<'database' | 'bank'>({ database: true, bank: true }) },
  })
  const build = gauge({
    name: 'token_broker_build_info',
    help: 'Always 1; the version of token-broker stands in the label.',
    labels: { version: [] as string[] },
  })
  const keys = gauge({
    name: 'token_broker_encryption_keys',
    help: 'Keys in ENCRYPTION_KEYS_FILE as this process read it.',
    labels: NO_LABELS,
  })
  const connections = gauge({
    name: 'token_broker_database_connections',
    help: 'Connections to the database in the pool of this process, by state.',
    labels: { state: membersOf<'busy' | 'idle'>({ busy: true, idle: true }) },
  })
  const most = gauge({
    name: 'token_broker_database_connections_max',
    help: 'The most connections that the pool may have.',
    labels: NO_LABELS,
  })
  const waiting = gauge({
    name: 'token_broker_database_waiting',
    help: 'Statements that wait for a connection of the pool.',
    labels: NO_LABELS,
  })
  return {
    clockSkew: (against, seconds) => skew({ against }, seconds),
    built: (version) => build({ version }, 1),
    encryptionKeys: (count) => keys({}, count),
    pool: (state) => {
      connections({ state: 'busy' }, state.total - state.idle)
      connections({ state: 'idle' }, state.idle)
      most({}, state.max)
      waiting({}, state.waiting)
    },
  }
}
