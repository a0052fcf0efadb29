import type { Settings } from './config.ts'
import type { Broker } from './core/broker.ts'
import { buildListeners, listen } from './listeners.ts'
import { openParts, type Parts } from './parts.ts'
import { prepareDatabase } from './prepare-database.ts'
import { startRefresher } from './refresher/index.ts'
import { createReleasers, type Releasers } from './releasers.ts'
import type { Surroundings } from './surroundings.ts'
import { watchForMetrics } from './watch-metrics.ts'

export interface Service {
  /** Where the listeners were bound to. */
  readonly internalUrl: string
  readonly publicUrl: string
  readonly broker: Broker
  /** Drains: takes nothing new, settles what is in flight, then ends. Idempotent. */
  stop(): Promise<void>
}

/** What `/readyz` tells of the service. */
interface State {
  unready: 'starting' | 'draining' | null
  waitsFor: string | null
}

const WAITS_FOR_SPOOL = 'Answers of the bank that an earlier process left are being saved.'

const POLL_MS = 200
const HOUSEKEEPING_MS = 5_000
const SHORTEST_HOUSEKEEPING_MS = 100

/**
 * Builds the service and starts it: the one place where adapters meet the core. What was opened is closed in
 * reverse. Raises OperatorError for keys, callers or a schema that can't be used.
 */
export async function startService(settings: Settings, surroundings: Surroundings): Promise<Service> {
  const releasers = createReleasers()
  try {
    return await start(settings, surroundings, releasers)
  } catch (error) {
    await releasers.releaseAll()
    throw error
  }
}

async function start(settings: Settings, surroundings: Surroundings, releasers: Releasers): Promise<Service> {
  const { log } = surroundings
  const state: State = { unready: 'starting', waitsFor: null }
  const parts = await openParts(settings, surroundings, releasers)
  const { broker, clockWatch } = parts
  const readiness = { unready: () => state.unready, waitsFor: () => state.waitsFor }
  const options = { ...surroundings, parts, readiness, releasers }
  const { internal, customers } = await buildListeners(settings, options)
  const internalUrl = await listen(internal, 'INTERNAL', settings.internal)
  // Before the database is there: who watches hears of a start that waits.
  watchForMetrics(parts.meter, { ...parts, ...parts.adapters })
  await prepare(settings, { parts, log, state })
  clockWatch.start()
  state.waitsFor = WAITS_FOR_SPOOL
  await broker.replaySpool()
  const publicUrl = await listen(customers, 'PUBLIC', settings.public)
  startBackground(settings, { ...surroundings, parts, releasers })
  releasers.add(async () => {
    state.unready = 'draining'
    broker.stopRotating()
  })
  state.unready = null
  log.info({ internalUrl, publicUrl }, 'token-broker is ready')
  return { internalUrl, publicUrl, broker, stop: releasers.releaseAll }
}

async function prepare(
  { database, spoolDir }: Settings,
  { parts, log, state }: Pick<Surroundings, 'log'> & { readonly parts: Parts; readonly state: State },
): Promise<void> {
  const { adapters, broker, clock, clockWatch } = parts
  await prepareDatabase(adapters.db, {
    ...database,
    spoolDir,
    clock,
    log,
    keys: adapters.keys,
    measureClock: clockWatch.measure,
    lookAtGate: broker.lookAtGate,
    onWait: (reason) => {
      state.waitsFor = reason
    },
  })
}

function startBackground(
  settings: Settings,
  {
    parts,
    log,
    drainPauseMs = 0,
    releasers,
  }: Surroundings & { readonly parts: Parts; readonly releasers: Releasers },
): void {
  const { broker, clock, liveness } = parts
  const refresher = startRefresher({
    broker,
    clock,
    log,
    liveness,
    rotates: settings.refresh.enabled,
    pollMs: POLL_MS,
    housekeepingMs: housekeepingMs(settings),
  })
  releasers.add(() => refresher.stop())
  // Whoever balances hears of the end before it comes; until then requests are served as ever.
  releasers.add(() => clock.sleep(drainPauseMs))
}

/** Often enough for the shortest of the waits it ends. */
function housekeepingMs({ bank, refresh }: Settings): number {
  const waitMs = Math.min(HOUSEKEEPING_MS, bank.salvageWaitMs, refresh.idleAfterMs / 4)
  return Math.max(SHORTEST_HOUSEKEEPING_MS, waitMs)
}
