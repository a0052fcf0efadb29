import { createAdapters } from './adapters.ts'
import type { Settings } from './config.ts'
import { type Broker, createBroker } from './core/broker.ts'
import type { Clock } from './core/clock.ts'
import type { CoreSettings } from './core/ports.ts'
import { buildInternalApp } from './http/internal/app.ts'
import { createMetrics } from './http/metrics.ts'
import { buildPublicApp } from './http/public/app.ts'
import type { Logger } from './logger.ts'
import { prepareDatabase } from './prepare-database.ts'
import { startRefresher } from './refresher/index.ts'
import { createReleasers } from './releasers.ts'

export interface Service {
  /** Where the listeners were bound to. */
  readonly internalUrl: string
  readonly publicUrl: string
  readonly broker: Broker
  /** Drains: takes nothing new, settles what is in flight, then ends. Idempotent. */
  stop(): Promise<void>
}

export interface Surroundings {
  readonly clock: Clock
  readonly log: Logger
}

type Unready = 'starting' | 'draining' | null

const POLL_MS = 500
const HOUSEKEEPING_MS = 5_000

/**
 * Builds the service and starts it: the one place where adapters meet the core. What was opened is closed in
 * reverse. Raises OperatorError for keys, callers or a schema that can't be used.
 */
export async function startService(settings: Settings, surroundings: Surroundings): Promise<Service> {
  const { clock, log } = surroundings
  const releasers = createReleasers()
  let unready: Unready = 'starting'
  try {
    const adapters = await createAdapters(settings, surroundings, releasers)
    const meter = createMetrics()
    const broker = createBroker({ ...adapters.ports, meter }, coreSettings(settings))
    releasers.add(() => broker.idle())
    const internal = await buildInternalApp({
      ...surroundings,
      broker,
      recognize: adapters.recognize,
      metrics: meter,
      metricsNeedCaller: settings.metricsAuth === 'ops',
      keyIds: adapters.keys.map(({ kid }) => kid),
      unready: () => unready,
    })
    releasers.add(() => internal.close())
    const customers = await buildPublicApp({
      broker,
      log,
      callbackPath: new URL(settings.bank.redirectUri).pathname,
      secure: settings.publicUrl.startsWith('https:'),
    })
    releasers.add(() => customers.close())
    const internalUrl = await internal.listen(settings.internal)
    await prepareDatabase(adapters.db, {
      ...surroundings,
      migrate: settings.database.migrate,
      keys: adapters.keys,
    })
    const publicUrl = await customers.listen(settings.public)
    const refresher = startRefresher({
      broker,
      clock,
      log,
      rotates: settings.refresh.enabled,
      pollMs: POLL_MS,
      housekeepingMs: HOUSEKEEPING_MS,
    })
    releasers.add(() => refresher.stop())
    releasers.add(async () => {
      unready = 'draining'
    })
    unready = null
    log.info({ internalUrl, publicUrl }, 'token-broker is ready')
    return { internalUrl, publicUrl, broker, stop: releasers.releaseAll }
  } catch (error) {
    await releasers.releaseAll()
    throw error
  }
}

function coreSettings(settings: Settings): CoreSettings {
  const { bank, consents, refresh } = settings
  return {
    bankTimeoutMs: bank.timeoutMs,
    abandonAfterMs: bank.abandonAfterMs,
    leaseMarginMs: bank.leaseMarginMs,
    salvageWaitMs: bank.salvageWaitMs,
    maxConcurrency: bank.maxConcurrency,
    maxPerSecond: bank.maxPerSecond,
    authorizationExpiresAfterMs: consents.authorizationExpiresAfterMs,
    publicUrl: settings.publicUrl,
    returnUrlOrigins: settings.returnUrlOrigins,
    bindUserAgent: settings.bindUserAgent === 'required',
    refreshTimes: refresh,
    tokenCache: settings.tokenCache,
  }
}
