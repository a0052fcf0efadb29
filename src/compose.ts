import type { Server } from 'node:https'
import { createAdapters } from './adapters.ts'
import { startCertificateWatch } from './certificate-watch.ts'
import { BANK_WORDING, INTERNAL_WORDING } from './certificate-wording.ts'
import { createClockWatch } from './clock-watch.ts'
import { createClocks } from './clocks.ts'
import type { ListenerSettings, Settings } from './config.ts'
import type { Bank } from './core/bank.ts'
import { type Broker, createBroker } from './core/broker.ts'
import { OperatorError } from './core/errors.ts'
import { longestTurnMs, startLiveness } from './core/liveness.ts'
import type { CoreSettings } from './core/ports.ts'
import type { App } from './http/app.ts'
import { closeApp } from './http/close-app.ts'
import { buildInternalApp } from './http/internal/app.ts'
import { createMetrics } from './http/metrics.ts'
import { buildPublicApp } from './http/public/app.ts'
import { type InternalTls, openInternalTls } from './internal-tls.ts'
import { startBounds } from './listener-bounds.ts'
import { meterBank } from './metered-bank.ts'
import { prepareDatabase } from './prepare-database.ts'
import { startRefresher } from './refresher/index.ts'
import { createReleasers } from './releasers.ts'
import type { Surroundings } from './surroundings.ts'
import { openTracing } from './tracing/index.ts'
import { watchForMetrics } from './watch-metrics.ts'

export interface Service {
  /** Where the listeners were bound to. */
  readonly internalUrl: string
  readonly publicUrl: string
  readonly broker: Broker
  /** Drains: takes nothing new, settles what is in flight, then ends. Idempotent. */
  stop(): Promise<void>
}

type Unready = 'starting' | 'draining' | null

const WAITS_FOR_SPOOL = 'Answers of the bank that an earlier process left are being saved.'

const POLL_MS = 200
const HOUSEKEEPING_MS = 5_000
const SHORTEST_HOUSEKEEPING_MS = 100
/** A thousand callers who come at once are connected at once; the kernel may cap it. */
const LISTEN_BACKLOG = 4_096

/**
 * Builds the service and starts it: the one place where adapters meet the core. What was opened is closed in
 * reverse. Raises OperatorError for keys, callers or a schema that can't be used.
 */
export async function startService(settings: Settings, surroundings: Surroundings): Promise<Service> {
  const { log } = surroundings
  const releasers = createReleasers()
  const meter = createMetrics()
  const { clock, skew, bankClockCheck } = createClocks(surroundings, meter.clockSkew)
  let unready: Unready = 'starting'
  let waitsFor: string | null = null
  try {
    const { tracer, stop: stopTracing } = await openTracing(settings.tracing, { clock, log })
    // Closed last: what the end itself does is traced as well.
    releasers.add(stopTracing)
    const adapters = await createAdapters(settings, { clock, log, bankClockCheck, tracer }, releasers)
    const clockWatch = createClockWatch({ db: adapters.db, clock, skew })
    releasers.add(() => clockWatch.stop())
    const bank = meterBank(adapters.ports.bank, meter, clock)
    const broker = createBroker(
      { ...adapters.ports, bank, meter },
      coreSettings(settings, adapters.ports.bank),
    )
    releasers.add(() => broker.idle())
    const certificateWatch = startCertificateWatch({
      holder: adapters.bank,
      identity: adapters.identity,
      wording: BANK_WORDING,
      files: settings.bank.tls,
      clock,
      log,
      onCertificate: meter.bankCertificate,
      onChange: broker.tryRefusedBank,
    })
    releasers.add(() => certificateWatch.stop())
    const liveness = startLiveness({
      clock,
      log,
      longestTurnMs: surroundings.limits?.longestTurnMs ?? longestTurnMs(settings.bank),
    })
    releasers.add(() => liveness.stop())
    const bounds = startBounds(settings, { ...surroundings, meter }, releasers)
    const tls = settings.internal.tls === null ? null : await openInternalTls(settings.internal.tls, clock)
    const internal = await buildInternalApp({
      broker,
      clock,
      log,
      recognize: adapters.recognize,
      metrics: meter,
      metricsNeedCaller: settings.metricsAuth === 'ops',
      keyIds: adapters.keys.map(({ kid }) => kid),
      clockSkew: skew.current,
      bankCertificate: adapters.bank.certificate,
      tls,
      unready: () => unready,
      waitsFor: () => waitsFor,
      stalledLoops: liveness.stalled,
      bounds: bounds.internal,
      tracer,
    })
    releasers.add(() => closeApp(internal, clock))
    if (tls !== null) followFiles(tls, internal)
    const customers = await buildPublicApp({
      broker,
      log,
      callbackPath: new URL(settings.bank.redirectUri).pathname,
      secure: settings.publicUrl.startsWith('https:'),
      bounds: bounds.public,
      trustedProxies: settings.limits.trustedProxies,
      tracer,
    })
    releasers.add(() => closeApp(customers, clock))
    const internalUrl = await listen(internal, 'INTERNAL', settings.internal)
    const { keys } = adapters
    const { measure: measureClock } = clockWatch
    const { lookAtGate } = broker
    const { spoolDir } = settings
    const onWait = (reason: string) => {
      waitsFor = reason
    }
    const preparing = { ...settings.database, spoolDir, clock, log, keys, measureClock, lookAtGate, onWait }
    // Before it is there: who watches hears of a start that waits.
    watchForMetrics(meter, { broker, db: adapters.db, keys, clock })
    await prepareDatabase(adapters.db, preparing)
    clockWatch.start()
    waitsFor = WAITS_FOR_SPOOL
    await broker.replaySpool()
    const publicUrl = await listen(customers, 'PUBLIC', settings.public)
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
    releasers.add(() => clock.sleep(surroundings.drainPauseMs ?? 0))
    releasers.add(async () => {
      unready = 'draining'
      broker.stopRotating()
    })
    unready = null
    log.info({ internalUrl, publicUrl }, 'token-broker is ready')
    return { internalUrl, publicUrl, broker, stop: releasers.releaseAll }
  } catch (error) {
    await releasers.releaseAll()
    throw error
  }

  /** The certificate of the internal listener changes with its files. */
  function followFiles(tls: InternalTls, { server }: App): void {
    // What is made with TLS options is a server of TLS; Fastify's type does not say so.
    tls.serve(server as Server)
    const watch = startCertificateWatch({
      ...tls,
      holder: tls,
      wording: INTERNAL_WORDING,
      clock,
      log,
      onCertificate: meter.internalCertificate,
    })
    releasers.add(() => watch.stop())
  }
}

/** Often enough for the shortest of the waits it ends. */
function housekeepingMs({ bank, refresh }: Settings): number {
  const waitMs = Math.min(HOUSEKEEPING_MS, bank.salvageWaitMs, refresh.idleAfterMs / 4)
  return Math.max(SHORTEST_HOUSEKEEPING_MS, waitMs)
}

async function listen(
  app: App,
  name: 'INTERNAL' | 'PUBLIC',
  { host, port }: ListenerSettings,
): Promise<string> {
  try {
    return await app.listen({ host, port, backlog: LISTEN_BACKLOG })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new OperatorError(
      'settings_invalid',
      `${name}_HOST and ${name}_PORT: nothing can listen at ${host}:${port} (${code ?? 'unknown error'}).`,
      error,
    )
  }
}

function coreSettings(settings: Settings, { refreshReplay }: Bank): CoreSettings {
  const { bank, consents, refresh } = settings
  return {
    bankTimeoutMs: bank.timeoutMs,
    abandonAfterMs: bank.abandonAfterMs,
    leaseMarginMs: bank.leaseMarginMs,
    salvageWaitMs: bank.salvageWaitMs,
    refreshReplay,
    maxConcurrency: bank.maxConcurrency,
    maxPerSecond: bank.maxPerSecond,
    authorizationExpiresAfterMs: consents.authorizationExpiresAfterMs,
    retentionMs: consents.retentionMs,
    publicUrl: settings.publicUrl,
    returnUrlOrigins: settings.returnUrlOrigins,
    bindUserAgent: settings.bindUserAgent === 'required',
    refreshTimes: refresh,
    tokenCache: settings.tokenCache,
    certificateSpreadMs: bank.certificateSpreadMs,
    webhookTimeoutMs: settings.webhooks.timeoutMs,
  }
}
