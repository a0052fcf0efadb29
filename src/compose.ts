import { readFile } from 'node:fs/promises'
import { createBank } from './bank/index.ts'
import type { Settings } from './config.ts'
import { type Broker, createBroker } from './core/broker.ts'
import type { Clock } from './core/clock.ts'
import { OperatorError } from './core/errors.ts'
import type { CoreSettings } from './core/ports.ts'
import { parseCallers } from './http/callers.ts'
import { buildInternalApp } from './http/internal/app.ts'
import { createMetrics } from './http/metrics.ts'
import { buildPublicApp } from './http/public/app.ts'
import type { Logger } from './logger.ts'
import { prepareDatabase } from './prepare-database.ts'
import { type Refresher, startRefresher } from './refresher/index.ts'
import { createStore, NO_CHANGE_FEED, openDatabase, startChangeFeed } from './store/index.ts'
import { createVault, keyChecks, readKeyRing } from './vault/index.ts'

export interface Service {
  /** Where the listeners were bound to. */
  readonly internalUrl: string
  readonly publicUrl: string
  readonly broker: Broker
  /** Drains: takes nothing new, settles what is in flight, then ends. Idempotent. */
  stop(): Promise<void>
}

interface Surroundings {
  readonly clock: Clock
  readonly log: Logger
}

const MAX_CONNECTIONS = 20
const POLL_MS = 500
const HOUSEKEEPING_MS = 5_000

/**
 * Builds the service and starts it: the one place where adapters meet the core. What was opened is closed in
 * reverse. Raises OperatorError for keys, callers or a schema that can't be used.
 */
export async function startService(settings: Settings, { clock, log }: Surroundings): Promise<Service> {
  const ring = readKeyRing(settings.encryptionKeysFile)
  const recognize = parseCallers(await readCallers(settings))
  const bank = createBank(await bankOptions(settings))
  const db = openDatabase({
    url: settings.database.url,
    maxConnections: MAX_CONNECTIONS,
    onError: (err) => log.warn({ err }, 'idle database connection lost'),
  })
  const feed = settings.tokenCache ? startChangeFeed({ url: listenUrl(settings), clock, log }) : null
  const metrics = createMetrics()
  const broker = createBroker(
    {
      ...createStore(db, clock.monotonicMs),
      bank,
      changes: feed ?? NO_CHANGE_FEED,
      vault: createVault(ring),
      clock,
      log,
      meter: metrics,
    },
    coreSettings(settings),
  )

  let unready: 'starting' | 'draining' | null = 'starting'
  const checks = keyChecks(ring)
  const internal = await buildInternalApp({
    broker,
    clock,
    log,
    recognize,
    metrics,
    metricsNeedCaller: settings.metricsAuth === 'ops',
    keyIds: checks.map(({ kid }) => kid),
    unready: () => unready,
  })
  const open = await buildPublicApp({
    broker,
    log,
    callbackPath: new URL(settings.bank.redirectUri).pathname,
    secure: settings.publicUrl.startsWith('https:'),
  })
  let refresher: Refresher | null = null
  let stopping: Promise<void> | null = null

  async function shutDown(): Promise<void> {
    unready = 'draining'
    await refresher?.stop()
    await Promise.all([internal.close(), open.close()])
    await broker.idle()
    await feed?.stop()
    await bank.close()
    await db.destroy()
  }

  function stop(): Promise<void> {
    stopping ??= shutDown()
    return stopping
  }

  try {
    const internalUrl = await internal.listen(settings.internal)
    await prepareDatabase(db, { migrate: settings.database.migrate, keys: checks, clock, log })
    const publicUrl = await open.listen(settings.public)
    refresher = startRefresher({
      broker,
      clock,
      log,
      rotates: settings.refresh.enabled,
      pollMs: POLL_MS,
      housekeepingMs: HOUSEKEEPING_MS,
    })
    unready = null
    log.info({ internalUrl, publicUrl }, 'token-broker is ready')
    return { internalUrl, publicUrl, broker, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function readCallers({ callers }: Settings): Promise<string> {
  if (callers.file !== null) return readFile(callers.file, 'utf8')
  throw new OperatorError(
    'settings_invalid',
    'CALLERS_FILE is missing: this version knows callers by it alone.',
  )
}

function listenUrl({ database }: Settings) {
  return database.listenUrl ?? database.url
}

async function bankOptions({ bank, consents }: Settings) {
  const { tls, ...options } = bank
  const read = (file: string | null) => (file === null ? undefined : readFile(file, 'utf8'))
  const [cert, key, ca] = await Promise.all([read(tls.certFile), read(tls.keyFile), read(tls.caFile)])
  return {
    ...options,
    consentValidityMs: consents.validityMs,
    tls: {
      ...(cert === undefined ? {} : { cert }),
      ...(key === undefined ? {} : { key }),
      ...(ca === undefined ? {} : { ca }),
    },
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
